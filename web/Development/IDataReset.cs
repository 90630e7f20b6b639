namespace Makerspace.Web.Development;

/// <summary>Empties the data and loads the demo space: for Development.</summary>
public interface IDataReset
{
    Task Reset(CancellationToken cancellation);
}
