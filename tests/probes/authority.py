"""An authority of our own, which signs what the servers of tests show."""

import trustme

CA = trustme.CA()
