namespace Orleans.Runtime;

/// <summary>Where the calls to a grain go.</summary>
internal interface ICallTarget
{
    /// <summary>Takes a call in; false if it has ended, and another is to be found.</summary>
    bool TryReceive(Call call);
}

/// <summary>The activations of one stateless worker: a call goes to an idle one, or to a new one, or else to the least busy.</summary>
internal sealed class StatelessWorkers(Silo silo, GrainClass @class, GrainId id) : ICallTarget
{
    private readonly List<Activation> _workers = [];

    public bool TryReceive(Call call)
    {
        lock (_workers)
        {
            while (!Choose().TryReceive(call))
            {
            }

            return true;
        }
    }

    public void Remove(Activation worker)
    {
        lock (_workers) _workers.Remove(worker);
    }

    private Activation Choose()
    {
        var least = _workers.MinBy(w => w.Load);
        if (least is { Load: 0 } || (least is not null && _workers.Count >= @class.MaxWorkers)) return least;
        var worker = new Activation(silo, @class, id, this);
        silo.Started(worker);
        _workers.Add(worker);
        return worker;
    }
}
