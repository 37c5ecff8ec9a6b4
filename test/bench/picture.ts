import { join } from 'node:path';
import { benchLayouts } from './picture/layouts.ts';
import { benchPreview } from './picture/preview.ts';

/** The topology preview: how long layouts take, how soon an edit is seen, and whether typing waits for a large picture. */
export async function benchPicture(work: string): Promise<void> {
  await benchLayouts(join(work, 'layouts'));
  await benchPreview(join(work, 'previewed'));
}
