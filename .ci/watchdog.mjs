// Loaded into each test process: one that does not end would hold up all of CI without saying which it is.
const minutes = process.argv[1]?.endsWith('.long.ts') ? 25 : 10;

if (process.env.NODE_TEST_CONTEXT) {
  const timer = setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ');
    console.error(`${process.argv[1]} has not ended within ${minutes} minutes; still open: ${open}.`);
    process.exit(1);
  }, minutes * 60_000);
  timer.unref();
}
