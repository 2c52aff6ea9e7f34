/** tables.js is made when building, of the API's description and the tables: what the dashboard reads of them. */

export type Schema = {
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  default?: unknown;
  properties?: Record<string, Schema>;
};

declare const tables: {
  schemas: Record<string, Schema>;
  assumable: { name: string; limit: string }[];
  indonesian: [string, string][];
  limits: string[];
};
export default tables;
