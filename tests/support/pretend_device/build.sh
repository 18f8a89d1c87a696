#!/usr/bin/env bash
# A CUDA device in the host's memory, and the CuPy of PyPI's wheel on it, for the Python of this shell:
#     bash tests/support/pretend_device/build.sh FOLDER [CUPY_VERSION: 14 or 13]
#     . FOLDER/env.sh; pytest tests -k gpu
# CuPy runs as on a card, but for two of its modules that are compiled anew from its sources: CUDA's runtime is
# linked into one, and machine code for cards into the other. One library takes the place of all of CUDA's.
# Kernels are compiled by g++ and run thread by thread. Reads of what was never written, and whatever is outside
# of an array, are errors. PRETEND_CARDS: how many there are. PRETEND_LAUNCHES: a file for the names of kernels.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) to=$(realpath -m "$1") python=${PYTHON:-python3}
case ${2:-14} in
    14) release=14.2.0 cuda=13 cython=3.2 others='cuda-pathfinder'
        headers='nvidia-cuda-runtime==13.* nvidia-cuda-crt==13.* nvidia-cuda-profiler-api==13.*' ;;
    13) release=13.6.0 cuda=12 cython=3.0 others='fastrlock'
        headers='nvidia-cuda-runtime-cu12==12.* nvidia-cuda-nvcc-cu12==12.* nvidia-cuda-profiler-api-cu12==12.*' ;;
esac
site=$to/site tools=$to/tools sources=$to/cupy-$release lib=$to/lib
mkdir -p "$lib" "$to/kernels"
pip() { "$python" -m pip -q --disable-pip-version-check "$@"; }
# shellcheck disable=SC2086 # several words each
pip install --upgrade --target "$site" --no-deps "cupy-cuda${cuda}x==$release" $others $headers
pip install --upgrade --target "$tools" "Cython==$cython.*" 'setuptools>=77' wheel
export CUPY_INSTALL_USE_STUB=1
PYTHONPATH=$tools pip download --no-deps --no-build-isolation --no-binary :all: -d "$to" "cupy==$release"
tar -xzf "$sources.tar.gz" -C "$to"
rm -f "$site"/nvidia/*/lib/libcudart.so.*
cp "$here/cupy_distributions.cuh" "$sources/cupy/random/"
cp "$here/kernel.h" "$to/"

includes=("$site"/nvidia/*/include) own=$site/cupy/_core/include
compile="g++ -w -O1 -std=c++17 -fpermissive -fno-strict-aliasing -fPIC -fsanitize=thread -DCUDA=$cuda"
compile+=" --param tsan-instrument-func-entry-exit=0 -I$to -I$own ${includes[*]/#/-I}"
for part in libcudacxx thrust cub; do compile+=" -I$own/cupy/_cccl/$part"; done
$compile -x c++-header "$to/kernel.h" # precompiled
flags=(-w -fpermissive -fPIC -shared -std=c++17 -U_FORTIFY_SOURCE "-I$here" "${includes[@]/#/-I}")
g++ "${flags[@]}" -x c++ /dev/null -o "$lib/libpretend.so" # for the modules: they tell what the real one needs

get() { "$python" -c "import sysconfig, numpy; print($1)"; }
suffix=$(get 'sysconfig.get_config_var("EXT_SUFFIX")')
flags_of_python=("-I$(get 'sysconfig.get_paths()["include"]')" "-I$(get 'numpy.get_include()')" -I.
    '-DCYTHON_EXTERN_C=extern "C"' -DNPY_TARGET_VERSION=NPY_2_0_API_VERSION)
module() { # the path of one of CuPy's
    PYTHONPATH=$tools "$python" -m cython -3 --cplus -X binding=False -ECUPY_CUDA_VERSION=${cuda}000 \
        -ECUPY_HIP_VERSION=0 -ECUPY_USE_CUDA_PYTHON=0 -ECUPY_CUFFT_STATIC=0 "$1.pyx"
    g++ -O1 "${flags[@]}" "${flags_of_python[@]}" "$1.cpp" -o "$site/$1$suffix" "-L$lib" -Wl,--no-as-needed -lpretend
}
cd "$sources"
module cupy_backends/cuda/api/runtime &
module cupy/random/_generator_api
wait $!

mapfile -t modules < <(find "$site/cupy" "$site/cupy_backends" -name '*.so')
{
    echo '#include <cstdio>'
    echo '#define MISSING(name) extern "C" __attribute__((weak)) int name() { return puts("no " #name), 801; }'
    nm -DuA "${modules[@]}" | sed -nE 's/.* U ((cu|nccl|nvrtc|nvtx)\w+).*/MISSING(\1)/p' | sort -u
} > "$to/stubs.cpp"
g++ -O2 -march=native "${flags[@]}" -DCUDA=$cuda "-DBUILD_FOLDER=\"$to\"" "-DCOMPILE=\"$compile\"" \
    "$here"/*.cpp "$to/stubs.cpp" -o "$lib/libpretend.so" -ldl -lpthread
for name in libcuda.so.1 lib{nvrtc,cudart,cublasLt}.so.$cuda \
    $(objdump -p "${modules[@]}" | sed -nE 's/ *NEEDED *(lib(cu|nv|nccl).*)/\1/p' | sort -u); do
    ln -sf libpretend.so "$lib/$name"
done
cat > "$to/env.sh" << END
export PYTHONPATH="$site:\${PYTHONPATH-}" LD_LIBRARY_PATH="$lib" CUDA_PATH="${includes[0]%/include}"
export CUPY_CACHE_DIR="$to/cupy-cache" CUPY_ACCELERATORS= PRETEND_CARDS=2 MINIVGG_REQUIRE_GPU=1
END
