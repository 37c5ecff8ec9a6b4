import { containerUser } from '../container-user.ts';

/** Official image of Node, by exact version: the same today and when it is rebuilt next year. */
const node = 'node:24.21.0-bookworm-slim';

/**
 * `Dockerfile`: the image of a service, built from the folder that has the lockfile. Nothing in it is newer than the lockfile
 * and the sources, what runs it is not root, and what it holds is written by nobody while it runs.
 */
export const dockerfile = (
  folder: string,
): string => `# The image of this service, built from the folder with package-lock.json:
#   docker build --file ${folder}/Dockerfile .
# Where npm has to be told more, of a registry of your own for instance: --secret id=npmrc,src=.npmrc
# With SOURCE_DATE_EPOCH and --output type=image,rewrite-timestamp=true the same sources give the same image.

# The packages without their sources: as long as these stay the same, nothing is installed again.
FROM ${node} AS manifests
WORKDIR /app
COPY . .
RUN ["find", ".", "-depth", "(", "-type", "f", "!", "-name", "package*.json", "-o", "-type", "d", "-empty", ")", "-delete"]

FROM ${node} AS dependencies
WORKDIR /app
COPY --from=manifests /app .
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    ["npm", "ci", "--omit=dev", "--workspace=${folder}", "--no-audit", "--no-fund", "--no-update-notifier"]

FROM ${node}
ENV NODE_ENV=production
COPY --from=dependencies /app /app
COPY ${folder} /app/${folder}
WORKDIR /app/${folder}
# Nobody: the pods of the cluster run it under this number too.
USER ${containerUser}:${containerUser}
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
`;

/** `Dockerfile.dockerignore`: what an image of this service has to do with, and nothing else of the project. */
export const dockerignore = (
  services: string,
  folder: string,
): string => `# What the image of this service is made of; everything else stays outside.
*
!package.json
!package-lock.json
!${services}/*/package.json
!${folder}
${folder}/Dockerfile*
${folder}/tsconfig.json
${folder}/**/*.test.ts
**/node_modules
**/.env*
`;
