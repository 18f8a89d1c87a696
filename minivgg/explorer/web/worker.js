/** What runs in the worker. */
export function serveWorker() {}
