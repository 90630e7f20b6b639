using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Runtime;

/// <summary>A grain interface: its methods, and the class of its references, which is made at run time.</summary>
internal sealed class GrainInterface
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
    private static readonly Lock Making = new();
    private static readonly Dictionary<Type, Type> Made = [];
    private static readonly ModuleBuilder Module = AssemblyBuilder
        .DefineDynamicAssembly(new("Makerspace.StandIns.Orleans.References"), AssemblyBuilderAccess.Run).DefineDynamicModule("References");

    private readonly ConstructorInfo _constructor;

    public GrainInterface(Type type, Isolation isolation)
    {
        var methods = MethodsOf(type);
        Name = type.FullName!;
        Methods = Array.ConvertAll(methods, info => GrainMethod.For(info, isolation));
        lock (Making)
        {
            if (!Made.TryGetValue(type, out var reference)) Made[type] = reference = Make(type, methods);
            _constructor = reference.GetConstructors()[0];
        }

        Create = Compile();
    }

    public string Name { get; }

    public GrainMethod[] Methods { get; }

    /// <summary>Makes a reference to a grain.</summary>
    public Func<GrainInterface, Silo, GrainId, GrainReference> Create { get; }

    private static MethodInfo[] MethodsOf(Type type) =>
        [.. type.GetInterfaces().Append(type).SelectMany(i => i.GetMethods()).Where(m => m.IsAbstract && !m.IsStatic)];

    private Func<GrainInterface, Silo, GrainId, GrainReference> Compile()
    {
        var make = new DynamicMethod("Create", typeof(GrainReference), [typeof(GrainInterface), typeof(Silo), typeof(GrainId)], typeof(GrainInterface), skipVisibility: true);
        var il = make.GetILGenerator();
        for (var i = 0; i < 3; i++) il.Emit(OpCodes.Ldarg, i);
        il.Emit(OpCodes.Newobj, _constructor);
        il.Emit(OpCodes.Ret);
        return make.CreateDelegate<Func<GrainInterface, Silo, GrainId, GrainReference>>();
    }

    private static Type Make(Type type, MethodInfo[] methods)
    {
        Friends.Allow(Module, typeof(GrainReference).Assembly);
        Friends.Allow(Module, type.Assembly);
        var builder = Module.DefineType($"{type.FullName}#{Made.Count}", TypeAttributes.Class | TypeAttributes.Sealed | TypeAttributes.Public, typeof(GrainReference), [type]);
        DefineConstructor(builder);
        for (var i = 0; i < methods.Length; i++) DefineMethod(builder, methods[i], i);
        return builder.CreateType();
    }

    private static void DefineConstructor(TypeBuilder builder)
    {
        Type[] parameters = [typeof(GrainInterface), typeof(Silo), typeof(GrainId)];
        var il = builder.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        for (var i = 0; i < 4; i++) il.Emit(OpCodes.Ldarg, i);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Hidden, parameters)!);
        il.Emit(OpCodes.Ret);
    }

    // return this.Call<T>(number, new object[] { argument, ... });
    private static void DefineMethod(TypeBuilder builder, MethodInfo method, int number)
    {
        var parameters = Array.ConvertAll(method.GetParameters(), p => p.ParameterType);
        var defined = builder.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot | MethodAttributes.HideBySig,
            method.ReturnType,
            parameters);
        var il = defined.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, number);
        LoadArguments(il, parameters);
        il.Emit(OpCodes.Call, CallReturning(method.ReturnType));
        il.Emit(OpCodes.Ret);
        builder.DefineMethodOverride(defined, method);
    }

    private static void LoadArguments(ILGenerator il, Type[] parameters)
    {
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private static MethodInfo CallReturning(Type task)
    {
        var name = task == typeof(ValueTask) || task.Name.StartsWith("ValueTask", StringComparison.Ordinal) ? nameof(GrainReference.CallValue) : nameof(GrainReference.Call);
        var call = typeof(GrainReference).GetMethods(Hidden).Single(m => m.Name == name && m.IsGenericMethod == task.IsGenericType);
        return task.IsGenericType ? call.MakeGenericMethod(task.GetGenericArguments()[0]) : call;
    }
}
