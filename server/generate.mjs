/** A program of the build: fills in what the tables know where the rest is written by hand.
 *
 *     generate.mjs openapi TEMPLATE TABLES VERSION    the API's description: "x-table" members become enumerations and
 *                                                    fields, and its version is the program's
 *     generate.mjs tables OPENAPI TABLES              what the dashboard needs of that description and of the tables
 *     generate.mjs manual TEMPLATE <HELP              a manual page: @OPTIONS@ becomes the list that the program's --help prints
 *     generate.mjs completion TEMPLATE PROGRAM...     @CASES@ of a bash script becomes what the programs' --help lists
 *     generate.mjs changelog CHANGELOG MAINTAINER     Debian's changelog
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

/* --- the API's description --- */

const fillEnum = (schema, names) => Object.assign(schema, { type: 'string', enum: names });

const fillHeader = (schema, names) =>
  Object.assign(schema, { type: 'string', description: `The first line: ${names.join(',')}` });

/** Makes each name a property that is an array of numbers. */
const fillArrays = (schema, names) => {
  schema.required = names;
  schema.properties = Object.fromEntries(names.map((name) => [name, { type: 'array', items: { type: 'integer' } }]));
};

/** Requires the properties that the template describes to be those of the table. */
const fillRequired = (schema, names) => {
  const described = Object.keys(schema.properties);
  for (const name of new Set([...names, ...described])) {
    if (!names.includes(name) || !described.includes(name)) {
      throw new Error(`openapi.json and the table of "${names[0]}" disagree about "${name}"`);
    }
  }
  schema.required = names;
};

const rangeOf = ({ name, help, initial, ...range }) => range;

const sentenceOf = ({ help }) => `${help[0].toUpperCase()}${help.slice(1)}.`;

/** A number's 0 is not a default but "not set", and a choice's may be none of them. */
const defaultOf = (field) => {
  const initial = field.enum ? field.enum.find((name) => field.initial.endsWith(`_${name.toUpperCase()}`)) : field.initial;
  return initial === undefined || initial === 0 ? {} : { default: initial };
};

const fillFields = (schema, fields) => {
  const described = schema.properties;
  schema.properties = {};
  for (const field of fields) {
    const [outer, inner] = field.name.split('.'); // limits.nofile is the property nofile of the property limits
    let property = (schema.properties[outer] ??= described[outer] ?? {});
    delete described[outer];
    if (inner !== undefined) {
      property = (property.properties ??= {})[inner] ??= {};
    }
    Object.assign(property, rangeOf(field), defaultOf(field));
    property.description ??= sentenceOf(field);
  }
  for (const name of Object.keys(described)) {
    throw new Error(`openapi.json describes "${name}", which is not a field of a run`);
  }
};

const parameterOf = (field) => ({
  name: field.name,
  in: 'query',
  description: sentenceOf(field),
  schema: rangeOf(field),
});

const assumptionOf = ({ key, name, unit }) => ({
  name: `what_if.${key}`,
  in: 'query',
  'x-limit': name,
  description: `The value of ${name} to assume, on both sides: ${unit}, or unlimited.`,
  schema: { type: 'string', pattern: '^([1-9][0-9]{0,15}|unlimited)$' },
});

const schemaOf = (name) => ({ $ref: `#/components/schemas/${name}` });

/** By the kinds of run_filters.def. */
const FILTERS = {
  MODE: schemaOf('Mode'),
  STATUS: schemaOf('Status'),
  EXPERIMENT: { type: 'string', pattern: '^([1-9][0-9]*|none|any)$' },
  FLAG: { type: 'boolean' },
  TEXT: { type: 'string', maxLength: 255 },
};

const filterOf = ({ kind, name, help }) => ({ name, in: 'query', description: help, schema: FILTERS[kind] });

/** What a "x-table" in a list stands for. */
const LISTS = { run_filters: (tables) => tables.run_filters.map(filterOf), run_fields: ({ fields }) => fields.map(parameterOf), what_ifs: ({ limits }) => limits.map(assumptionOf) };

const fillMembers = (schema, fields) => {
  schema.required = [...new Set(fields.map(({ name }) => name.split('.')[0]))];
};

const fillDefault = (schema, values) => {
  schema.default = values;
};

const fillNumbers = ({ properties }, numbers) => Object.entries(numbers).forEach(([name, range]) => Object.assign(properties[name], range));

const FILLERS = {
  plan_numbers: fillNumbers,
  usual_modes: fillDefault,
  events: fillRequired,
  compare_columns: fillArrays,
  sample_columns: fillHeader,
  run_columns: fillHeader,
  experiment_columns: fillHeader,
};

/** Fills what has an "x-table" in the tree. */
const fill = (node, tables) => {
  if (Array.isArray(node)) {
    return node.flatMap((each) => LISTS[each?.['x-table']]?.(tables) ?? [fill(each, tables)]);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  const { 'x-table': table, ...rest } = node;
  const filled = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, fill(value, tables)]));
  if (table === 'run_fields') {
    fillFields(filled, tables.fields);
  } else if (table === 'run_members') {
    fillMembers(filled, tables.fields);
  } else if (table !== undefined && tables[table] === undefined) {
    throw new Error(`openapi.json: there is no table "${table}"`);
  } else if (table !== undefined) {
    (FILLERS[table] ?? fillEnum)(filled, tables[table]);
  }
  return filled;
};

/** The answers of a route that follow from who may ask (routes.def), what about, and how. */
const answersOf = (access, path, method, { requestBody }) => ({
  400: 'Invalid',
  403: 'Forbidden',
  503: 'Unavailable',
  ...(access === 'TOKEN' && { 401: 'Unauthorized' }),
  ...(path.includes('{id}') && { 404: 'NotFound' }),
  ...(method !== 'get' && { 413: 'TooLarge' }),
  ...(requestBody && { 415: 'UnsupportedType' }),
});

/** Adds what each route has in common with others: those answers, and that a body may be a form as well. */
const fillRoutes = (paths, accesses) => {
  for (const [path, { parameters, ...operations }] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const access = accesses[`${method.toUpperCase()} ${path}`];
      for (const [status, name] of Object.entries(answersOf(access, path, method, operation))) {
        operation.responses[status] = { $ref: `#/components/responses/${name}` };
      }
      const content = operation.requestBody?.content;
      if (content) content['application/x-www-form-urlencoded'] = content['application/json'];
      if (access !== 'TOKEN') operation.security = [];
    }
  }
};

/* --- a manual page --- */

const OPTION = /^ {2}--(\S+)(?: (\S.*?))?(?: {2,}(.*))?$/;
const VALUE = /^ {31}(\S+) *(.*)$/; // a value of an option begins where nothing else does: HELP_VALUE_COLUMN of help.h

/** A dot or an apostrophe at a line's begin would be a request, and a backslash an escape (roff(7)). */
const roff = (text) => text.trimStart().replaceAll('\\', '\\e').replace(/^(?=[.'])/, '\\&');

/** The list goes from the first option to the first heading that no option follows. */
const optionList = (help) => {
  const list = [];
  let heading = '';
  for (const line of help.split('\n')) {
    const option = OPTION.exec(line);
    if (option !== null) {
      if (list.length === 0 || heading !== '') {
        list.push(...(list.length > 0 ? ['.El'] : []), ...(heading !== '' ? [`.Ss ${heading}`] : []));
        list.push('.Bl -tag -width Ds');
      }
      const [, name, argument, text] = option;
      list.push(`.It Fl Fl ${name}${argument !== undefined ? ` Ar ${argument}` : ''}`, ...(text ? [roff(text)] : []));
      heading = '';
    } else if (list.length > 0 && heading !== '' && line !== '') {
      break;
    } else if (list.length > 0 && line.startsWith(' ')) {
      const [, value, text] = VALUE.exec(line) ?? [];
      list.push(...(value !== undefined ? ['.Pp', `.Cm ${value} :`, roff(text)] : [roff(line)]));
    } else if (line !== '') {
      heading = line.endsWith(':') ? line.slice(0, -1) : '';
    }
  }
  return [...list, '.El'].join('\n');
};

/* --- completion in bash --- */

/** What can follow an option: FILE for a file, words, or nothing that is known. */
const valuesOf = ({ argument, values, text }) => {
  if (argument === 'FILE' || argument === 'PATH') return 'FILE';
  if (/^[a-z]+(\|[a-z]+)*$/.test(argument)) return argument.replaceAll('|', ' ');
  const listed = /\((\w+(?:, \w+)+)(?:; [^)]*)?\)/.exec(text.join(' ')); // (thread, pool, epoll; default: thread)
  return argument === 'MODEL' && listed !== null ? listed[1].replaceAll(',', '') : values.join(' ');
};

const optionsOf = (help) => {
  const options = [];
  for (const line of help.split('\n')) {
    const [, name, argument, text = ''] = OPTION.exec(line) ?? [];
    if (name !== undefined) {
      options.push({ name, argument, values: [], text: [text] });
    } else if (options.length > 0 && line.startsWith('   ')) {
      const [, value] = VALUE.exec(line) ?? [];
      if (value !== undefined) options.at(-1).values.push(value);
      else options.at(-1).text.push(line.trim());
    }
  }
  return options;
};

/** The lines of a `case` for one command line: what can stand anywhere in it, and after each option with a value. */
const casesOf = (line, help, commands) => {
  const options = optionsOf(help);
  const files = new RegExp(`^usage: ${line} FILE`).test(help) ? ['FILE'] : [];
  const words = new Set([...commands, ...files, ...options.map(({ name }) => `--${name}`), '--help']);
  return [[line, [...words].join(' ')],
    ...options.filter(({ argument }) => argument !== undefined).map((option) => [`${line} --${option.name}`, valuesOf(option)]),
  ].map(([key, offered]) => `    '${key}') offered='${offered}' ;;`);
};

const casesOfProgram = (program) => {
  const helpOf = (...words) => execFileSync(program, [...words, '--help'], { encoding: 'utf8' });
  const name = basename(program);
  const help = helpOf();
  const commands = [...help.matchAll(new RegExp(`^ {2}${name} (\\w+) {2,}`, 'gm'))].map(([, command]) => command);
  return [...casesOf(name, help, commands), ...commands.flatMap((each) => casesOf(`${name} ${each}`, helpOf(each), []))];
};

/* --- the page's tables --- */

/** Schemas that the dashboard reads. */
const READ = ['Mode', 'Model', 'Status', 'ExperimentKind', 'RunFields', 'ExperimentSpec', 'ServerChange'];
const withoutWords = (name, value) => (name === 'description' || name === 'example' ? undefined : value);

/** What the dashboard needs of the API's description, a tenth of it, and of the tables, as a module. */
const pageTables = async (openapi, tables) => {
  const { components, paths } = JSON.parse(openapi);
  const schemas = Object.fromEntries(READ.map((name) => [name, components.schemas[name]]));
  const assumable = paths['/limits'].get.parameters.flatMap(({ name, 'x-limit': limit }) => (limit ? [{ name, limit }] : []));
  const { indonesian, limit_names: limits } = await import(pathToFileURL(tables));
  return `export default ${JSON.stringify({ schemas, assumable, indonesian, limits }, withoutWords)};\n`;
};

/* --- Debian's changelog --- */

/** Lines of at most 78 characters, all behind the same indent, which Debian's changelog wants. */
const wrapped = (text, indent) => {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1).length + word.length + indent.length > 77) lines.push('');
    lines[lines.length - 1] += `${lines.at(-1) === '' ? '' : ' '}${word}`;
  }
  return lines.join(`\n${indent}`);
};

/** A paragraph of Debian's form for each "## 0.2.0 (2026-11-29)" of CHANGELOG.md, in the order that it has there. */
const debianChangelog = (markdown, maintainer) =>
  [...markdown.matchAll(/^## (\S+) \((\S+)\)\n([^]*?)(?=^## |(?![^]))/gm)].map(([, version, day, text]) => {
    const points = [...text.matchAll(/^- ([^]*?)(?=^- |\n\n|(?![^]))/gm)].map(([, point]) => `  * ${wrapped(point.trim(), '    ')}`);
    const date = new Date(day).toUTCString().replace(/^(\w+), (.*) GMT$/, '$1, $2 +0000');
    return `koneksi (${version}) unstable; urgency=medium\n\n${points.join('\n')}\n\n -- ${maintainer}  ${date}\n`;
  }).join('\n');

const MAKERS = {
  openapi: async (template, tables, version) => {
    const known = await import(pathToFileURL(tables));
    const filled = fill(JSON.parse(template.replace('@VERSION@', version)), known);
    fillRoutes(filled.paths, known.accesses);
    return `${JSON.stringify(filled, null, '\t')}\n`;
  },
  tables: pageTables,
  manual: (template) => template.replace('@OPTIONS@', () => optionList(readFileSync(0, 'utf8'))),
  completion: (template, ...programs) => template.replace('@CASES@', () => programs.flatMap(casesOfProgram).join('\n')),
  changelog: debianChangelog,
};
const [, , what, path, ...rest] = process.argv;
process.stdout.write(await MAKERS[what](readFileSync(path, 'utf8'), ...rest));
