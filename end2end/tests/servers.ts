// The programs under test, as processes of their own: the catalog service, a proxy that decides how
// slow each of its answers is, and the site.

import { spawn, type ChildProcess } from "node:child_process";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.PWG_BIN_DIR ?? fileURLToPath(new URL("../../target/debug", import.meta.url));

/** Starts a program and waits until it prints its address. */
function start(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<[ChildProcess, string]> {
  const child = spawn(`${target}/${program}`, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let seen = "";
    const look = (chunk: Buffer) => {
      seen += chunk.toString();
      const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(seen);
      if (address) resolve([child, address[1]]);
    };
    child.stdout!.on("data", look);
    child.stderr!.on("data", look);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${program} ended with ${code}: ${seen}`)));
  });
}

/** Passes calls on to the catalog, each path with a delay of its own; "hang" never answers. */
function slowProxy(catalog: string, delays: Record<string, string>): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url!, catalog);
    const delay = delays[url.pathname] ?? "0ms";
    url.search = delay === "hang" ? "?hang" : `?delay=${delay}`;
    const call = request(url, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    call.on("error", () => outgoing.destroy());
    outgoing.on("close", () => call.destroy());
    call.end();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

export interface Servers {
  site: string;
  catalog: string;
  stop(): void;
}

export async function startServers(delays: Record<string, string>): Promise<Servers> {
  const [catalogProcess, catalog] = await start("catalog-api", ["--listen", "127.0.0.1:0", "--delay", "1ms"]);
  const proxy = await slowProxy(catalog, delays);
  const { port } = proxy.address() as AddressInfo;
  const env = { CATALOG_URL: `http://127.0.0.1:${port}`, LEPTOS_SITE_ADDR: "127.0.0.1:0", RUST_LOG: "info" };
  const [siteProcess, site] = await start("pwg", [], env);
  const stop = () => {
    siteProcess.kill("SIGTERM");
    catalogProcess.kill("SIGTERM");
    proxy.closeAllConnections();
    proxy.close();
  };
  return { site, catalog, stop };
}

export interface Places {
  address: string;
  stop(): void;
}

/** The example of the framework whose pages are full of places. */
export async function startPlaces(): Promise<Places> {
  const [child, address] = await start("examples/places", [], { LEPTOS_SITE_ADDR: "127.0.0.1:0" });
  return { address, stop: () => child.kill("SIGTERM") };
}

/** The example of the framework whose pages are full of islands; `build-islands` makes what runs in the browser. */
export async function startIslands(env: NodeJS.ProcessEnv = {}): Promise<Places> {
  const [child, address] = await start("examples/islands", [], { LEPTOS_SITE_ADDR: "127.0.0.1:0", ...env });
  return { address, stop: () => child.kill("SIGTERM") };
}

/** An example of the framework, by its name. */
export async function startExample(name: string, env: NodeJS.ProcessEnv = {}): Promise<Places> {
  const [child, address] = await start(`examples/${name}`, [], { LEPTOS_SITE_ADDR: "127.0.0.1:0", ...env });
  return { address, stop: () => child.kill("SIGTERM") };
}
