"""Why what has no gradient has none: short tables of groups, each with its reason.

A name that is not here, has no verified gradient and is not found piecewise constant is in no state; a test names it.
"""

from __future__ import annotations

NOT_ARRAY_MATHEMATICS: dict[str, str] = {
    "reads or writes files, text or buffers": """
        from_dlpack frombuffer fromfile fromregex fromstring genfromtxt load loadtxt save savetxt savez
        savez_compressed ndarray.tobytes ndarray.tofile ndarray.dump ndarray.dumps ndarray.__reduce__
        ndarray.__reduce_ex__ ndarray.__getstate__ ndarray.__setstate__""",
    "prints": """
        array2string array_repr array_str base_repr binary_repr format_float_positional format_float_scientific info
        ndarray.__str__ ndarray.__repr__ ndarray.__format__""",
    "asks or sets how NumPy works": """
        get_include get_printoptions getbufsize geterr geterrcall printoptions set_printoptions setbufsize seterr
        seterrcall show_config show_runtime test""",
    "is about types, or about what an object is": """
        can_cast common_type isdtype isfortran isscalar issubdtype iterable min_scalar_type mintypecode promote_types
        result_type typename may_share_memory shares_memory iscomplexobj isrealobj""",
    "makes an array of lengths, numbers or a Python function alone": """
        arange bartlett blackman empty empty_like eye fft.fftfreq fft.rfftfreq fromfunction fromiter hamming hanning
        identity indices kaiser ones ones_like tri zeros zeros_like frompyfunc nested_iters asmatrix bmat""",
    "makes indices of lengths alone": """
        broadcast_shapes diag_indices mask_indices tril_indices triu_indices einsum_path shape ndim size""",
    "is about dates": "busday_count busday_offset datetime_as_string datetime_data is_busday isnat",
    "is deprecated, and calls vstack": "row_stack",
    "only checks its argument, of a plain array": "asarray_chkfinite",
    "is what Python or NumPy asks of an array, without a value of its own": """
        ndarray.__array__ ndarray.__array_finalize__ ndarray.__array_function__ ndarray.__array_interface__
        ndarray.__array_namespace__ ndarray.__array_priority__ ndarray.__array_struct__ ndarray.__array_ufunc__
        ndarray.__array_wrap__ ndarray.__class_getitem__ ndarray.__delattr__ ndarray.__delitem__ ndarray.__dir__
        ndarray.__dlpack__ ndarray.__dlpack_device__ ndarray.__doc__ ndarray.__getattribute__ ndarray.__hash__
        ndarray.__init__ ndarray.__init_subclass__ ndarray.__new__ ndarray.__setattr__ ndarray.__sizeof__
        ndarray.__subclasshook__ ndarray.__class__ ndarray.__len__""",
    "tells of an array's shape, type or memory": """
        ndarray.base ndarray.data ndarray.device ndarray.dtype ndarray.flags ndarray.itemsize ndarray.nbytes
        ndarray.ndim ndarray.shape ndarray.size ndarray.strides""",
    "makes a Python number, or list of them; it stays in the graph where a function is lifted": """
        ndarray.__bool__ ndarray.__complex__ ndarray.__float__ ndarray.__index__ ndarray.__int__ ndarray.tolist
        ndarray.item""",
    "takes an index for its owner: see choose": "ndarray.choose",
}
#: Groups that are whole modules, by the beginning of the name.
MODULES: dict[str, str] = {
    "char.": "works on strings",
    "strings.": "works on strings",
    "lib.recfunctions.": "works on records",
    "_core.umath.": "is NumPy's own, behind a public function",
}

REFUSED: dict[str, str] = {
    "reads the bytes of the numbers": "ndarray.byteswap ndarray.getfield",
    "changes the memory behind the graph": "ndarray.resize ndarray.setfield ndarray.setflags ndarray.ctypes",
}

#: Parameters that say nothing about values.
WITHOUT_EFFECT = {"like", "device", "subok", "kwargs", "stream"}
#: The same of some functions only: memory layout, or the fields of records.
WITHOUT_EFFECT_IN = {
    "order": {"array", "asanyarray", "asarray", "full_like", "ndarray.sort", "ndarray.partition"},
}


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return {name: reason for reason, names in table.items() for name in names.split()}


not_array_mathematics = _by_name(NOT_ARRAY_MATHEMATICS)
refused = _by_name(REFUSED)
