namespace Orleans.Serialization.Invocation;

/// <summary>A call, as a method named by <c>MayInterleave</c> sees it.</summary>
public interface IInvokable
{
    /// <summary>How many arguments it has.</summary>
    int GetArgumentCount();

    /// <summary>An argument.</summary>
    object? GetArgument(int index);

    /// <summary>The name of the method.</summary>
    string GetMethodName();

    /// <summary>The name of the interface.</summary>
    string GetInterfaceName();
}
