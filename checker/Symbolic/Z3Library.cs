// The native Z3 library: where it is found, and the handful of its functions that speak SMT-LIB. Declared after z3_api.h of Z3 4.8.12.

using System.Runtime.InteropServices;

namespace Verify.Symbolic;

/// <summary>libz3, loaded into this process.</summary>
internal sealed unsafe class Z3Library
{
    /// <summary>The environment variable that says which library file to load.</summary>
    public const string Variable = "VERIFY_LIBZ3";

    private readonly delegate* unmanaged<nint> makeConfig;
    private readonly delegate* unmanaged<nint, void> deleteConfig;
    private readonly delegate* unmanaged<nint, nint> makeContext;
    private readonly delegate* unmanaged<nint, void> deleteContext;
    private readonly delegate* unmanaged<nint, delegate* unmanaged<nint, int, void>, void> setErrorHandler;
    private readonly delegate* unmanaged<nint, int> getErrorCode;
    private readonly delegate* unmanaged<nint, int, byte*> getErrorMessage;
    private readonly delegate* unmanaged<nint, byte*, byte*> evaluate;
    private readonly delegate* unmanaged<nint, void> interrupt;

    private Z3Library(nint library)
    {
        makeConfig = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "Z3_mk_config");
        deleteConfig = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "Z3_del_config");
        makeContext = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "Z3_mk_context");
        deleteContext = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "Z3_del_context");
        setErrorHandler = (delegate* unmanaged<nint, delegate* unmanaged<nint, int, void>, void>)
            NativeLibrary.GetExport(library, "Z3_set_error_handler");
        getErrorCode = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "Z3_get_error_code");
        getErrorMessage = (delegate* unmanaged<nint, int, byte*>)NativeLibrary.GetExport(library, "Z3_get_error_msg");
        evaluate = (delegate* unmanaged<nint, byte*, byte*>)NativeLibrary.GetExport(library, "Z3_eval_smtlib2_string");
        interrupt = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "Z3_interrupt");
        var version = (delegate* unmanaged<uint*, uint*, uint*, uint*, void>)NativeLibrary.GetExport(library, "Z3_get_version");
        uint major, minor, build, revision;
        version(&major, &minor, &build, &revision);
        Version = $"{major}.{minor}.{build}";
    }

    /// <summary>The library's version, for instance 4.8.12.</summary>
    public string Version { get; }

    /// <summary>Loads the library: from <paramref name="named"/> alone where that is given, else from beside the program, else from the system.</summary>
    /// <returns>The library, or null and what to do about it.</returns>
    public static Z3Library? TryLoad(string? named, out string problem)
    {
        // Beside the program is where the Microsoft.Z3 package would put it.
        string[] candidates = !string.IsNullOrEmpty(named) ? [named]
            : [
                Path.Combine(AppContext.BaseDirectory, "libz3.so"),
                Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libz3.so"),
                "libz3.so.4",
                "libz3.so",
            ];
        problem = "";
        foreach (var candidate in candidates)
        {
            if (!NativeLibrary.TryLoad(candidate, out var library))
            {
                continue;
            }

            try
            {
                return new Z3Library(library);
            }
            catch (EntryPointNotFoundException e)
            {
                problem = $"{candidate} is not a Z3 library: {e.Message}";
            }
        }

        problem = problem.Length > 0 ? problem
            : string.IsNullOrEmpty(named) ? $"libz3 is not installed: apt-get install libz3-4, or set {Variable} to the library file"
            : $"{Variable} names {named}, which cannot be loaded";
        return null;
    }

    /// <summary>A context of its own, to be deleted by <see cref="DeleteContext"/>; 0 where there is no memory for one.</summary>
    public nint MakeContext()
    {
        var config = makeConfig();
        var context = makeContext(config);
        deleteConfig(config);
        if (context != 0)
        {
            // Without a handler of ours an error ends the process.
            setErrorHandler(context, &Ignore);
        }

        return context;
    }

    /// <summary>Deletes a context.</summary>
    public void DeleteContext(nint context) => deleteContext(context);

    /// <summary>Runs SMT-LIB 2 commands and returns what they print; an error of the library itself is printed as such.</summary>
    public string Evaluate(nint context, string script)
    {
        var bytes = Marshal.StringToCoTaskMemUTF8(script);
        try
        {
            // The string belongs to the context, until the next call.
            var output = Marshal.PtrToStringUTF8((nint)evaluate(context, (byte*)bytes)) ?? "";
            var error = getErrorCode(context);
            return error == 0 ? output : $"(error \"{Marshal.PtrToStringUTF8((nint)getErrorMessage(context, error))}\") {output}";
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }
    }

    /// <summary>Makes a running evaluation of a context end soon. Any thread may call it.</summary>
    public void Interrupt(nint context) => interrupt(context);

    [UnmanagedCallersOnly]
    private static void Ignore(nint context, int error)
    {
    }
}
