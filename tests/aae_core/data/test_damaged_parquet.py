"""A damaged Parquet file, found by fuzzing, at whose record of one column pyarrow ends the whole process."""

import base64
import subprocess
import sys
import zlib

import pytest

pytest.importorskip("pyarrow")
DAMAGED = (
    "c-oay&2G~`5MH~k6)InPSZgi$kV~v0XrV<^6uBZ}H$R9L+DH{#9TS<Nv<^<dqDNkU*WrYC1WufI0*;(GGPApmtpEo`o1K|&_WNdM<($H3moq-"
    "))7#v^z~;6uS`3%6FD~0sara}lMmINcH}U5f3i<V@DpiM7`c>n;&fDG9ZcFVOT0yk5CZpbeqK)2b8nU!EwO`l1qEsT-a>$2u?|rsqq{2uVl0-"
    ">p8`GAqq}=k3?=xY~(^r$rgxid7bWCB*FRmwyTNthvd44%(+#z_8mscHjOe4CE=X+tme7@mzZ00ErN8J5k;0juy_{%&0^YuNS(=;XvZ}z=_IS7"
    "-urNq@O8tOld@V_3oA#XS29esBiOsan{a0TDj!p2M1TpYS$yWcF=30ml|E*uz*o;`o4UQv89?~vUBvNKTj1fYZ{gFZk8aVD`S0yv={26!xi+Jh"
    ">^GJ3j{ic^x7+>r#+`n<FrZ7&B0_r_V3pQ-xEYh*qkDDJ^hx>r-"
    "rN$LG~?_iOZlxJ`x@004IWc`YCPIa7TNOQrmiL4$;(WqR}r~60O$&1+(gMsD`bP-"
    "z|9x~CMCB>V!lf`yAn{6jWk(cdvlVX06U$yu4ckb@&dLe#(YO&AwiJ#&h{x>eRq<H"
)
READ = """
import sys
from aae_core.data.tables import table_files
from aae_core.errors import DataError
table = table_files.open_table(sys.argv[1])
try:
    list(table.iterate_batches(table.names, ()))
except DataError as error:
    print(error)
"""


def test_it_is_refused_and_the_process_goes_on(tmp_path):
    (tmp_path / "a.parquet").write_bytes(zlib.decompress(base64.b85decode(DAMAGED)))
    done = subprocess.run(
        [sys.executable, "-c", READ, tmp_path / "a.parquet"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and done.stdout.startswith("a.parquet is damaged or not a parquet file"), done.stderr
