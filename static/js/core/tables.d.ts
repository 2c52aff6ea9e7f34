/** tables.js is made when building, of the API's description: what the dashboard reads of it. */

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
};
export default tables;
