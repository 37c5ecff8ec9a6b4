import { spawnSync } from 'node:child_process';

/** Programs that tests use beside npm's, and the packages of Debian that hold them. */
const packages = {
  curl: { package: 'curl', probe: ['curl', '--version'] },
  protoc: {
    package: 'protobuf-compiler libprotobuf-dev',
    probe: ['test', '-x', '/usr/bin/protoc', '-a', '-f', '/usr/include/google/protobuf/any.proto'],
  },
  // Debian's own Python: another one in the path does not see Debian's packages.
  grpcio: { package: 'python3-grpcio', probe: ['/usr/bin/python3', '-c', 'import grpc, google.protobuf'] },
  promtool: { package: 'prometheus', probe: ['promtool', '--version'] },
} as const;

/** False when all are there; else how to get what is missing, as the reason to skip a test. */
export function missing(...programs: (keyof typeof packages)[]): string | false {
  const absent = programs.filter((name) => {
    const [program, ...args] = packages[name].probe;
    return spawnSync(program, args, { stdio: 'ignore' }).status !== 0;
  });
  if (absent.length === 0) return false;
  return `needs ${absent.join(', ')}: apt-get install ${absent.map((name) => packages[name].package).join(' ')}`;
}
