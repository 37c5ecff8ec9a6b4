import { need } from './element.ts';
import { host } from './host.ts';
import type { Picture } from './picture.ts';

/** A picture may have so many pixels on a side: what browsers can draw. */
const mostPixels = 8192;

/** The picture as it looks now, as a document of its own: marks and theme stay, the part that is seen does not matter. */
export function svgText({ svg, size }: Picture): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
  copy.setAttribute('width', String(size.width));
  copy.setAttribute('height', String(size.height));
  copy.dataset.theme = document.documentElement.dataset.shown ?? 'light';
  for (const tool of copy.querySelectorAll('.weir-far,.weir-switch')) tool.remove();
  for (const class_ of ['chosen', 'cursor', 'hovered'])
    for (const part of copy.querySelectorAll(`.${class_}`)) part.classList.remove(class_);
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = need('#marks').textContent;
  copy.querySelector('style')!.after(style);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** The same as an image, two pixels for one where that is possible. */
export async function png(picture: Picture): Promise<Blob> {
  const { width, height } = picture.size;
  const scale = Math.min(2, mostPixels / width, mostPixels / height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(picture))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large for an image')))),
  );
}

/** Puts an image where others can paste it from. The clipboard takes a promise: a click does not wait for the image. */
export const copyImage = (image: Promise<Blob>): Promise<void> =>
  navigator.clipboard.write([new ClipboardItem({ 'image/png': image })]);

/** Gives the reader a file; an editor around the page asks where it goes. */
export async function save(content: Blob, name: string): Promise<void> {
  if (host) {
    host.postMessage({ type: 'save', name, content: await base64(content) });
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function base64(content: Blob): Promise<string> {
  const reader = new FileReader();
  const read = new Promise((resolve) => reader.addEventListener('load', resolve));
  reader.readAsDataURL(content);
  await read;
  return String(reader.result).split(',')[1] ?? '';
}
