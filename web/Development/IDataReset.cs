using Makerspace.ReadModels;

namespace Makerspace.Web.Development;

/// <summary>Empties the data and loads the demo space: for Development.</summary>
public interface IDataReset
{
    Task Reset(CancellationToken cancellation);
}

/// <summary>Runs what has fallen due by the clock, in order, until nothing is due.</summary>
internal sealed class DueJobs(IReadModels readModels)
{
    public Task RunDue(CancellationToken cancellation) => readModels.CaughtUp(cancellation);
}
