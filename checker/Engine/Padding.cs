// Refuses states whose bytes do not all belong to a field.

using System.Reflection;
using System.Runtime.CompilerServices;

namespace Verify.Engine;

/// <summary>
/// States are the same when their bytes are the same, so every byte must mean something. The compiler may copy a struct field by field and
/// leave the padding between as it happens to be: one state would then be counted as several, differently from run to run.
/// </summary>
internal static class Padding
{
    /// <summary>Checks the layout of a state type.</summary>
    /// <exception cref="ArgumentException">It has padding; the message says how much and what to do.</exception>
    public static void Refuse<TState>()
        where TState : unmanaged
    {
        int padding = Unsafe.SizeOf<TState>() - Meaningful(typeof(TState));
        if (padding > 0)
        {
            throw new ArgumentException(
                $"{typeof(TState).Name} has {padding} bytes of padding: order its fields by size, largest first, and name the rest in fields of its own");
        }
    }

    // The bytes that belong to fields.
    private static int Meaningful(Type type)
    {
        if (type.IsEnum)
        {
            return Meaningful(Enum.GetUnderlyingType(type));
        }
        if (type.IsPrimitive || type.IsPointer || type.IsExplicitLayout || type == typeof(Int128) || type == typeof(UInt128))
        {
            return Size(type);
        }
        int fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Sum(field => Meaningful(field.FieldType));
        int length = type.GetCustomAttribute<InlineArrayAttribute>()?.Length ?? 1;
        // The buffer of a fixed-size field has one field, and more bytes than that.
        return type.IsDefined(typeof(UnsafeValueTypeAttribute)) ? Size(type) : fields * length;
    }

    private static int Size(Type type) => RuntimeHelpers.SizeOf(type.TypeHandle);
}
