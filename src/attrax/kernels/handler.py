"""Handler: makes a compiled loop available to XLA as a custom call, and distributes its rows over threads.

XLA calls a handler with a *call frame*. Its layout is the public C interface of the runtime (`xla/ffi/api/c_api.h`),
whose major version `support.py` checks.
"""

import ctypes
import ctypes.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import jax
import llvmlite.binding as llvm
from llvmlite import ir

from attrax.kernels.emitter import BYTE, INT, Builder, Emitter, Precision, Value

POINTER = BYTE.as_pointer()
INT32 = ir.IntType(32)
VOID = ir.VoidType()

# Byte offsets in the structures of `c_api.h`.
FRAME_EXTENSION, FRAME_API, FRAME_CONTEXT, FRAME_ARGUMENTS, FRAME_RESULTS = 8, 16, 24, 72, 112
BUFFER_DATA = 24
EXTENSION_METADATA = 24
METADATA_MAJOR, METADATA_MINOR, METADATA_TRAITS = 24, 28, 32
API_MAJOR, API_MINOR, API_DESTROY_ERROR, API_SCHEDULE = 32, 36, 64, 136

# Byte offsets in the job that the threads share: four counters, then the address of the frame.
NEXT_ROW, NEXT_WORKER, ROWS_DONE, HOLDERS, FRAME = 0, 8, 16, 24, 32
JOB_BYTES = 64


@dataclass(frozen=True)
class Buffers:
    """The sizes of the arrays that one row reads and writes.

    Attributes:
        arguments: Name of every argument, and its number of values for one row.
        results: The same for every result.
        shared: Arguments that `rows_per_problem` consecutive rows have in common.
        rows: Number of rows.
        rows_per_problem: Number of rows that share the arguments in `shared`.
        scratch: Numbers of temporary memory for each thread.
        workers: Largest number of threads.
    """

    arguments: dict[str, int]
    results: dict[str, int]
    shared: frozenset[str]
    rows: int
    rows_per_problem: int
    scratch: int
    workers: int


Body = Callable[[Emitter, dict[str, Value], Value], None]


@cache
def target_machine() -> llvm.TargetMachine:
    """This CPU with all its instructions, as the target of the compiler."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True)


def register_bytes() -> int:
    """Bytes in a vector register of this CPU."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return 64
    return 32 if features.get("avx") else 16


_engines: list[llvm.ExecutionEngine] = []  # compiled code lives as long as the process


def register(name: str, buffers: Buffers, precision: Precision, body: Body) -> None:
    """Compile `body`, which computes one row, and register it with XLA.

    Args:
        name: Name of the custom call.
        buffers: Sizes of the arrays.
        precision: The type of numbers and the sizes of vectors.
        body: Emits the code for one row, from the emitter, the addresses of the arrays and the temporary memory.
    """
    module = ir.Module(name)
    module.triple = llvm.get_default_triple()
    row = _emit_row(module, buffers, precision, body)
    _emit_handler(module, buffers, row)
    address = _compile(module)
    jax.ffi.register_ffi_target(name, jax.ffi.pycapsule(ctypes.cast(address, ctypes.c_void_p)), platform="cpu")


def _compile(module: ir.Module) -> int:
    for function in ("malloc", "free"):
        llvm.add_symbol(function, ctypes.cast(getattr(_libc(), function), ctypes.c_void_p).value)
    machine = target_machine()
    parsed = llvm.parse_assembly(str(module))
    parsed.verify()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(parsed, builder)
    engine = llvm.create_mcjit_compiler(parsed, machine)
    engine.finalize_object()
    _engines.append(engine)
    return engine.get_function_address("handler")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(ctypes.util.find_library("c") or "msvcrt")


def _emit_row(module: ir.Module, buffers: Buffers, precision: Precision, body: Body) -> ir.Function:
    """`row(frame, i, scratch)`: compute row `i`, after finding its address in every array."""
    function = ir.Function(module, ir.FunctionType(VOID, [POINTER, INT, precision.scalar.as_pointer()]), "row")
    function.linkage = "internal"
    frame, i, scratch = function.args
    b: Builder = ir.IRBuilder(function.append_basic_block())
    e = Emitter(b, precision)
    problem = b.udiv(i, e.index(buffers.rows_per_problem))
    places = {}
    for offset, group in ((FRAME_ARGUMENTS, buffers.arguments), (FRAME_RESULTS, buffers.results)):
        pointers = _field(b, frame, offset, POINTER)
        for position, (name, size) in enumerate(group.items()):
            buffer = _field(b, pointers, 8 * position, POINTER)
            data = _field(b, buffer, BUFFER_DATA, precision.scalar.as_pointer())
            places[name] = e.at(data, (problem if name in buffers.shared else i, size))
    body(e, places, scratch)
    b.ret_void()
    return function


def _emit_worker(module: ir.Module, buffers: Buffers, row: ir.Function) -> ir.Function:
    """`work(job)`: compute rows until none is left, then release the job; the last one to release it frees its memory.

    A thread that starts late finds no row left. It does not read the frame, which may no longer exist.
    """
    function = ir.Function(module, ir.FunctionType(VOID, [POINTER]), "work")
    function.linkage = "internal"
    (job,) = function.args
    entry, begin, compute, leave = (
        function.append_basic_block(name) for name in ("entry", "begin", "compute", "leave")
    )
    b: Builder = ir.IRBuilder(entry)
    first = _atomic(b, "add", job, NEXT_ROW)
    b.cbranch(b.icmp_signed("<", first, INT(buffers.rows)), begin, leave)
    b.position_at_end(begin)
    frame = _field(b, job, FRAME, POINTER)
    scratch = _scratch(b, buffers, frame, row, _atomic(b, "add", job, NEXT_WORKER))
    b.branch(compute)
    b.position_at_end(compute)
    i = b.phi(INT)
    i.add_incoming(first, begin)
    b.call(row, [frame, i, scratch])
    _atomic(b, "add", job, ROWS_DONE)
    following = _atomic(b, "add", job, NEXT_ROW)
    i.add_incoming(following, compute)
    b.cbranch(b.icmp_signed("<", following, INT(buffers.rows)), compute, leave)
    b.position_at_end(leave)
    _release(b, job)
    b.ret_void()
    return function


def _emit_handler(module: ir.Module, buffers: Buffers, row: ir.Function) -> None:
    """`handler(frame)`: answer a query of XLA about the handler, or compute all rows."""
    function = ir.Function(module, ir.FunctionType(POINTER, [POINTER]), "handler")
    (frame,) = function.args
    entry, asked, compute = (function.append_basic_block() for _ in range(3))
    b: Builder = ir.IRBuilder(entry)
    extension = _field(b, frame, FRAME_EXTENSION, POINTER)
    b.cbranch(b.icmp_unsigned("!=", extension, POINTER(None)), asked, compute)
    b.position_at_end(asked)
    _answer(b, frame, extension)
    b.ret(POINTER(None))
    b.position_at_end(compute)
    if buffers.workers == 1:
        scratch = _scratch(b, buffers, frame, row, INT(0))
        for i in range(buffers.rows):
            b.call(row, [frame, INT(i), scratch])
    else:
        _distribute(b, buffers, frame, _emit_worker(module, buffers, row))
    b.ret(POINTER(None))


def _answer(b: Builder, frame: Value, extension: Value) -> None:
    """Answer that the handler uses the version of the interface of this runtime and has no special properties."""
    api = _field(b, frame, FRAME_API, POINTER)
    metadata = _field(b, extension, EXTENSION_METADATA, POINTER)
    for to, origin in ((METADATA_MAJOR, API_MAJOR), (METADATA_MINOR, API_MINOR)):
        b.store(_field(b, api, origin, INT32), _place(b, metadata, to, INT32))
    b.store(INT32(0), _place(b, metadata, METADATA_TRAITS, INT32))


def _distribute(b: Builder, buffers: Buffers, frame: Value, work: ir.Function) -> None:
    """Schedule the job on the thread pool of the runtime, take part in the work, and wait for the last row."""
    module, helpers = b.module, buffers.workers - 1
    job = b.call(_external(module, "malloc", POINTER, [INT]), [INT(JOB_BYTES)])
    for counter in (NEXT_ROW, NEXT_WORKER, ROWS_DONE):
        b.store(INT(0), _place(b, job, counter, INT))
    b.store(INT(helpers + 2), _place(b, job, HOLDERS, INT))  # the helpers, this thread's share of the work, its wait
    b.store(frame, _place(b, job, FRAME, POINTER))
    api, context = _field(b, frame, FRAME_API, POINTER), _field(b, frame, FRAME_CONTEXT, POINTER)
    schedule = _field(b, api, API_SCHEDULE, ir.FunctionType(POINTER, [POINTER]).as_pointer())
    request = b.bitcast(b.alloca(INT, 5), POINTER)
    for offset, value in ((0, INT(40)), (8, INT(0))):
        b.store(value, _place(b, request, offset, INT))
    for offset, value in ((16, context), (24, b.bitcast(work, POINTER)), (32, job)):
        b.store(value, _place(b, request, offset, POINTER))
    for _ in range(helpers):
        refused = b.call(schedule, [request])
        with b.if_then(b.icmp_unsigned("!=", refused, POINTER(None)), likely=False):
            _destroy_error(b, api, refused)
            _release(b, job)
    b.call(work, [job])
    wait, done = b.append_basic_block("wait"), b.append_basic_block("done")
    b.branch(wait)
    b.position_at_end(wait)
    finished = b.load_atomic(_place(b, job, ROWS_DONE, INT), "acquire", 8)
    b.cbranch(b.icmp_signed("<", finished, INT(buffers.rows)), wait, done)
    b.position_at_end(done)
    _release(b, job)


def _destroy_error(b: Builder, api: Value, error: Value) -> None:
    request = b.bitcast(b.alloca(INT, 3), POINTER)
    for offset, value in ((0, INT(24)), (8, INT(0)), (16, b.ptrtoint(error, INT))):
        b.store(value, _place(b, request, offset, INT))
    destroy = _field(b, api, API_DESTROY_ERROR, ir.FunctionType(VOID, [POINTER]).as_pointer())
    b.call(destroy, [request])


def _release(b: Builder, job: Value) -> None:
    """Release the job; the last one to do so frees its memory."""
    last = b.icmp_signed("==", _atomic(b, "sub", job, HOLDERS), INT(1))
    with b.if_then(last):
        b.call(_external(b.module, "free", VOID, [POINTER]), [job])


def _scratch(b: Builder, buffers: Buffers, frame: Value, row: ir.Function, worker: Value) -> Value:
    """The temporary memory of a thread, a part of the last result."""
    pointers = _field(b, frame, FRAME_RESULTS, POINTER)
    last = _field(b, pointers, 8 * len(buffers.results), POINTER)
    room = _field(b, last, BUFFER_DATA, row.args[2].type)
    return b.gep(room, [b.mul(worker, INT(buffers.scratch))])


def _atomic(b: Builder, operation: str, job: Value, counter: int) -> Value:
    """Add or subtract 1 atomically; returns the previous value."""
    return b.atomic_rmw(operation, _place(b, job, counter, INT), INT(1), "acq_rel")


def _place(b: Builder, base: Value, offset: int, kind: ir.Type) -> Value:
    return b.bitcast(b.gep(base, [INT(offset)]), kind.as_pointer())


def _field(b: Builder, base: Value, offset: int, kind: ir.Type) -> Value:
    return b.load(_place(b, base, offset, kind))


def _external(module: ir.Module, name: str, result: ir.Type, arguments: list[ir.Type]) -> ir.Function:
    known = module.globals.get(name)
    return known if known is not None else ir.Function(module, ir.FunctionType(result, arguments), name)
