"""What the site needs beside Sphinx: pages from the lessons and the package, and their checks."""
