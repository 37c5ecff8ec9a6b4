// The invariants of ARCHITECTURE.md over the import graph: who may know whom.

/** Rooms of the language that work on plain data only. */
const pureRooms = '^language/src/(rules|fixes|emit|diagram|diff|simulate)/';
const tests = '[.]test[.]ts$|-fixture[.]ts$|/fixtures?/|/golden/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'only-syntax-editor-and-the-builder-know-langium',
      comment: 'A rule or an emitter never sees a tree node.',
      severity: 'error',
      from: {
        path: '^language/src/',
        pathNot: ['^language/src/(grammar|syntax|editor)/', '^language/src/model/(build|property-node)', tests],
      },
      to: { path: ['node_modules/(langium|chevrotain|vscode-languageserver)', '^language/src/grammar/generated/'] },
    },
    {
      name: 'rooms-are-entered-from-the-left',
      comment: 'text → syntax → model → rules, diagram, emit; no way back.',
      severity: 'error',
      from: { path: '^language/src/model/', pathNot: [tests] },
      to: { path: '^language/src/(rules|diagram|emit|editor|cli|project|diff)/' },
    },
    {
      name: 'pure-rooms-know-only-the-model',
      comment: 'Everything to the right of the model is a pure function of plain data.',
      severity: 'error',
      from: { path: pureRooms, pathNot: [tests] },
      to: { path: '^language/src/(syntax|grammar|editor|cli|project)/' },
    },
    {
      name: 'pure-rooms-touch-nothing-outside',
      comment: 'No disk, no clock, no process, no network: the same input gives the same bytes.',
      severity: 'error',
      // Loading a parser late is no input: node:module there only stands for a `require`.
      from: { path: pureRooms, pathNot: [tests, '^language/src/emit/typescript/typescript-parser[.]ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-project-touches-the-disk',
      severity: 'error',
      from: { path: '^language/src/', pathNot: ['^language/src/project/', tests] },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'the-runtime-never-imports-the-language',
      severity: 'error',
      from: { path: '^runtime/src/' },
      to: { path: '^(language|extension)/' },
    },
    {
      name: 'the-extension-knows-nothing-of-the-language',
      comment: 'It starts the language server by its path and speaks the protocol.',
      severity: 'error',
      from: { path: '^extension/src/', pathNot: [tests] },
      to: { path: '^(language|runtime)/src/' },
    },
    {
      name: 'policies-get-their-clock',
      comment: 'Time is an argument: nothing in policy/ reaches for timers or the network.',
      severity: 'error',
      from: { path: '^runtime/src/policy/', pathNot: [tests, '^runtime/src/policy/clock[.]ts$'] },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(async_hooks|crypto)$' },
    },
    {
      name: 'simulations-touch-nothing-outside',
      comment: 'What a simulation gives follows from its system and its seed.',
      severity: 'error',
      from: { path: '^runtime/src/simulation/', pathNot: [tests, '^runtime/src/simulation/replay[.]ts$'] },
      to: { path: '.', pathNot: '^runtime/src/(simulation/|policy/|definition[.]ts$|errors[.]ts$)' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated/system)' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
