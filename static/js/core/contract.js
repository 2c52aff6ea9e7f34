/** What the tables of the programs know, from the API's description (server/generate.mjs): no list of modes, fields or states is kept here. */

import tables from './tables.js';

/** @typedef {import('./types').Mode} Mode */
/** @typedef {import('./types').Field} Field */
/** @typedef {import('./tables.js').Schema} Schema */

const { schemas } = tables;

/** @template {string} T @param {string} name @returns {T[]} */
const valuesOf = (name) => /** @type {T[]} */ (schemas[name]?.enum ?? []);

/** @type {Mode[]} */
export const MODES = valuesOf('Mode');
/** @type {import('./types').Model[]} */
export const MODELS = valuesOf('Model');
/** @type {import('./types').Status[]} */
export const STATUSES = valuesOf('Status');

/** The kinds of experiment. @type {string[]} */
export const KINDS = valuesOf('ExperimentKind');

/** @param {Schema | undefined} schema @returns {[string, Schema][]} */
const propertiesOf = (schema) => Object.entries(schema?.properties ?? {});

/** The fields of a run, as forms and queries name them: limits.nofile. */
export const FIELDS = /** @type {{ name: Field, schema: Schema }[]} */ (
  propertiesOf(schemas['RunFields'])
    .flatMap(([name, schema]) =>
      schema.properties ? propertiesOf(schema).map(([inner, its]) => [`${name}.${inner}`, its]) : [[name, schema]],
    )
    .map(([name, schema]) => ({ name, schema }))
);

/** The limits of which GET /limits takes other values, with the parameters that take them. */
export const ASSUMABLE = tables.assumable;

/** What stops clients in Indonesian, by the name that the API gives it; what is not there is called as the kernel calls it. */
export const INDONESIAN = new Map(tables.indonesian);

/** All that may stop clients, limits and others, by the name that the API gives it. */
export const STOPPERS = [...new Set([...tables.indonesian.map(([english]) => english), ...tables.limits])];

/** What one field of a request may hold. @param {'ExperimentSpec' | 'ServerChange'} request @param {string} name @returns {Schema} */
export const schemaOf = (request, name) => schemas[request]?.properties?.[name] ?? {};

/** The modes of a survey that names none. @type {Mode[]} */
export const USUAL_MODES = /** @type {Mode[]} */ (schemaOf('ExperimentSpec', 'modes').default);

/** The largest count that a ceiling or a survey tries when it names none. */
export const USUAL_MAX = /** @type {number} */ (schemaOf('ExperimentSpec', 'max').default);

/** The fields of a run as it was asked for, to ask for it again. @param {import('./types').Run} run */
export const specOf = (run) =>
  Object.fromEntries(Object.entries(run).filter(([name]) => schemas['RunFields']?.properties?.[name] !== undefined));
