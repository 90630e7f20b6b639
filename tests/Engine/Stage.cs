using System.Collections.Concurrent;

namespace Makerspace.Tests.Engine;

/// <summary>Where tests and grains meet: named gates that somebody opens, and a record of what happened. Nobody sleeps.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _records = new();

    /// <summary>Done once the gate is open; fails rather than wait for ever for one that nobody opens.</summary>
    public Task Opened(string gate) => Gate(gate).Task.WaitAsync(TimeSpan.FromMinutes(2));

    public bool IsOpen(string gate) => Gate(gate).Task.IsCompleted;

    public void Open(string gate) => Gate(gate).TrySetResult();

    public void Note(string about, string what) => _records.GetOrAdd(about, _ => new()).Enqueue(what);

    public string[] Noted(string about) => [.. _records.GetOrAdd(about, _ => new())];

    private TaskCompletionSource Gate(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
