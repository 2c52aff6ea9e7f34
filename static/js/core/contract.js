/** What the tables of the programs know, from the API's description: no list of modes, fields or states is kept here. */

/** @typedef {import('./types').Mode} Mode */
/** @typedef {import('./types').Field} Field */
/** @typedef {{ type?: string, enum?: string[], minimum?: number, maxLength?: number, default?: unknown,
 *   properties?: Record<string, Schema> }} Schema */

const response = await fetch('/openapi.json');
/** @type {Record<string, Schema>} */
const schemas = (await response.json()).components.schemas;

/** @template {string} T @param {string} name @returns {T[]} */
const valuesOf = (name) => /** @type {T[]} */ (schemas[name]?.enum ?? []);

/** @type {Mode[]} */
export const MODES = valuesOf('Mode');
/** @type {import('./types').Model[]} */
export const MODELS = valuesOf('Model');
/** @type {import('./types').Status[]} */
export const STATUSES = valuesOf('Status');

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

/** The fields of a run as it was asked for, to ask for it again. @param {import('./types').Run} run */
export const specOf = (run) =>
  Object.fromEntries(Object.entries(run).filter(([name]) => schemas['RunFields']?.properties?.[name] !== undefined));
