namespace Hangfire.Common;

/// <summary>Says something of how a job is treated.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Interface)]
public abstract class JobFilterAttribute : Attribute
{
}
