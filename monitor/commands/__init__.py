"""The commands of `guardia`, one file each. Part of the composition root: nobody imports it."""
