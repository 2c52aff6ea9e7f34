/** @typedef {import('./types').Hub} Hub */

/** For a page of which a module could not be fetched, because the panel was just going away: a module that failed once is
 * not fetched again, so the page is loaded anew when the panel is back. @param {Hub} hub @returns {() => void} what ends it */
export const reloadWhenBack = (hub) =>
  hub.on('link', (link) => {
    if (link === 'open') location.reload();
  });
