"""Zip archives that depend on their contents only."""

import io
import zipfile
from collections.abc import Collection, Mapping

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can store


def zip_of(files: Mapping[str, str | bytes], executable: Collection[str] = ()) -> bytes:
    """A zip of files.

    Parameters
    ----------
    files : mapping
        {path in the zip: content}, in the order of the zip.
    executable : collection of str
        The paths of those that are programs.

    Returns
    -------
    zipped : bytes
        Equal for equal files, on every system.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the permissions count
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(entry, files[name])
    return out.getvalue()
