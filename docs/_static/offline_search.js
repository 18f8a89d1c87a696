// From a folder (file://) browsers do not let the search read pages to show a summary of each.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
