// Files of the origin of the page, for VS Code in a browser that has no other machine behind it.
const { EventEmitter, FileSystemError, workspace } = require('vscode');

let origin;
const ask = async (uri, question) => {
  const answer = await fetch(`${origin}/mounted${uri.path}${question}`);
  if (!answer.ok) throw FileSystemError.FileNotFound(uri);
  return answer;
};
const no = (uri) => {
  throw FileSystemError.NoPermissions(uri);
};

exports.activate = ({ extensionUri, subscriptions }) => {
  origin = `${extensionUri.scheme}://${extensionUri.authority}`;
  const texts = new Map();
  const changed = new EventEmitter();
  const files = {
    onDidChangeFile: changed.event,
    watch: () => ({ dispose() {} }),
    stat: async (uri) => (await ask(uri, '?stat')).json(),
    readDirectory: async (uri) => (await ask(uri, '?readdir')).json(),
    readFile: async (uri) => texts.get(uri.path) ?? new Uint8Array(await (await ask(uri, '')).arrayBuffer()),
    writeFile: (uri, bytes) => {
      texts.set(uri.path, bytes);
      changed.fire([{ type: 1, uri }]);
    },
    createDirectory: no,
    delete: no,
    rename: no,
  };
  subscriptions.push(workspace.registerFileSystemProvider('weir-test', files));
};
