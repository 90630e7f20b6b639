using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>Lets the assembly made at run time see what is internal to others: the runtime honours this attribute by its name.</summary>
internal static class Friends
{
    private const string AttributeName = "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute";
    private static readonly HashSet<string> Allowed = [];
    private static ConstructorInfo? s_attribute;

    public static void Allow(ModuleBuilder module, Assembly assembly)
    {
        var name = assembly.GetName().Name!;
        s_attribute ??= DefineAttribute(module);
        if (Allowed.Add(name)) ((AssemblyBuilder)module.Assembly).SetCustomAttribute(new CustomAttributeBuilder(s_attribute, [name]));
    }

    private static ConstructorInfo DefineAttribute(ModuleBuilder module)
    {
        var builder = module.DefineType(AttributeName, TypeAttributes.Public | TypeAttributes.Class, typeof(Attribute));
        var constructor = builder.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [])!);
        il.Emit(OpCodes.Ret);
        return builder.CreateType().GetConstructor([typeof(string)])!;
    }
}
