import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface, type Interface } from 'node:readline';

const program = fileURLToPath(new URL('../../../tests/web/browser_stack.py', import.meta.url));

interface Ready {
  url: string;
  passwords: Record<string, string>;
  tokens: Record<string, string>;
  guacamole: string;
}

export interface StackOptions {
  /** How much faster than real time the simulated cluster runs. */
  time_scale?: number;
  nodes?: number;
  log_level?: string;
}

/** berthd over a simulated cluster and a simulated Guacamole, all of them the real programs. */
export class Stack {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #ready: Ready | undefined;

  private constructor(options: StackOptions) {
    this.#process = spawn('/usr/bin/python3', ['-B', program, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }) as unknown as ChildProcessWithoutNullStreams;
    this.#reader = createInterface(this.#process.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  static async start(options: StackOptions = {}): Promise<Stack> {
    const stack = new Stack(options);
    stack.#ready = JSON.parse(await stack.#nextLine()) as Ready;
    return stack;
  }

  async stop() {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    this.#reader.close();
  }

  get at(): Ready {
    if (!this.#ready) throw new Error('the stack has not started');
    return this.#ready;
  }

  /** What `tests/web/browser_stack.py` answers to a command. */
  async do(command: string, given: Record<string, unknown> = {}): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify({ do: command, ...given })}\n`);
    return (JSON.parse(await this.#nextLine()) as { answer: unknown }).answer;
  }

  /** VMs of the simulated cluster that are no templates. */
  async vms() {
    return (await this.do('vms')) as { name: string; node: string; running: boolean }[];
  }

  /** A call of the API as a program makes it, with somebody's bearer token. */
  async call(login: string, method: string, path: string, body?: unknown): Promise<Response> {
    const token = this.at.tokens[login];
    if (!token) throw new Error(`nobody is called ${login}`);
    return fetch(this.at.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  async #nextLine(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done) throw new Error('the stack has ended');
    return line.value;
  }
}
