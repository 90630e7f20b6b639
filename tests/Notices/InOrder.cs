using Xunit.Sdk;
using Xunit.v3;

namespace Makerspace.Tests.Notices;

/// <summary>Tests in the order of their names, for those that share a clock.</summary>
public sealed class InOrder : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases) where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(t => t.TestMethod?.MethodName, StringComparer.Ordinal)];
}
