using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Copies the collections of the framework, keeping their comparers.</summary>
internal static class Collections
{
    private static readonly Dictionary<Type, string> Makers = new()
    {
        [typeof(List<>)] = nameof(List),
        [typeof(Collection<>)] = nameof(Collection),
        [typeof(ReadOnlyCollection<>)] = nameof(ReadOnly),
        [typeof(Queue<>)] = nameof(Queue),
        [typeof(Stack<>)] = nameof(Stack),
        [typeof(HashSet<>)] = nameof(HashSet),
        [typeof(SortedSet<>)] = nameof(SortedSet),
        [typeof(Dictionary<,>)] = nameof(Dictionary),
        [typeof(SortedDictionary<,>)] = nameof(SortedDictionary),
        [typeof(ConcurrentDictionary<,>)] = nameof(ConcurrentDictionary),
        [typeof(KeyValuePair<,>)] = nameof(Pair),
        [typeof(ImmutableArray<>)] = nameof(ImmutableArray),
        [typeof(ImmutableList<>)] = nameof(ImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(ImmutableHashSet),
        [typeof(ImmutableSortedSet<>)] = nameof(ImmutableSortedSet),
        [typeof(ImmutableDictionary<,>)] = nameof(ImmutableDictionary),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(ImmutableSortedDictionary),
    };

    public static Copier? For(Type type, Isolation isolation)
    {
        if (!type.IsConstructedGenericType || !Makers.TryGetValue(type.GetGenericTypeDefinition(), out var maker)) return null;
        var method = typeof(Collections).GetMethod(maker, BindingFlags.Static | BindingFlags.NonPublic)!;
        return method.MakeGenericMethod(type.GenericTypeArguments).CreateDelegate<Func<Isolation, Copier>>()(isolation);
    }

    public static Copier Array(Isolation isolation) => (value, done) =>
    {
        var source = (Array)value;
        var copy = (Array)source.Clone();
        done[value] = copy;
        if (ImmutableTypes.Contains(value.GetType().GetElementType()!)) return copy;
        if (source.Rank > 1) throw new NotSupportedException("The Orleans stand-in copies no arrays of several dimensions but of immutable elements.");
        for (var i = 0; i < source.Length; i++) copy.SetValue(isolation.Copy(source.GetValue(i), done), i);
        return copy;
    };

    private static Copier List<T>(Isolation isolation) => Filling<List<T>, T>(isolation, s => new(s.Count), (to, item) => to.Add(item));

    private static Copier Collection<T>(Isolation isolation) => Filling<Collection<T>, T>(isolation, _ => [], (to, item) => to.Add(item));

    private static Copier Queue<T>(Isolation isolation) => Filling<Queue<T>, T>(isolation, s => new(s.Count), (to, item) => to.Enqueue(item));

    private static Copier HashSet<T>(Isolation isolation) => Filling<HashSet<T>, T>(isolation, s => new(s.Count, s.Comparer), (to, item) => to.Add(item));

    private static Copier SortedSet<T>(Isolation isolation) => Filling<SortedSet<T>, T>(isolation, s => new(s.Comparer), (to, item) => to.Add(item));

    private static Copier Dictionary<K, V>(Isolation isolation)
        where K : notnull => Filling<Dictionary<K, V>, KeyValuePair<K, V>>(isolation, s => new(s.Count, s.Comparer), (to, item) => to.Add(item.Key, item.Value));

    private static Copier SortedDictionary<K, V>(Isolation isolation)
        where K : notnull => Filling<SortedDictionary<K, V>, KeyValuePair<K, V>>(isolation, s => new(s.Comparer), (to, item) => to.Add(item.Key, item.Value));

    private static Copier ConcurrentDictionary<K, V>(Isolation isolation)
        where K : notnull => Filling<ConcurrentDictionary<K, V>, KeyValuePair<K, V>>(isolation, s => new(s.Comparer), (to, item) => to.TryAdd(item.Key, item.Value));

    private static Copier Stack<T>(Isolation isolation) => Remaking<Stack<T>, T>(isolation, (_, items) => new(items.Reverse()));

    private static Copier ReadOnly<T>(Isolation isolation) => Remaking<ReadOnlyCollection<T>, T>(isolation, (_, items) => new([.. items]));

    private static Copier ImmutableArray<T>(Isolation isolation)
    {
        var remake = Remaking<ImmutableArray<T>, T>(isolation, (_, items) => [.. items]);
        return (value, done) => ((ImmutableArray<T>)value).IsDefault ? value : remake(value, done);
    }

    private static Copier ImmutableList<T>(Isolation isolation) => Remaking<ImmutableList<T>, T>(isolation, (_, items) => [.. items]);

    private static Copier ImmutableHashSet<T>(Isolation isolation) => Remaking<ImmutableHashSet<T>, T>(isolation, (s, items) => items.ToImmutableHashSet(s.KeyComparer));

    private static Copier ImmutableSortedSet<T>(Isolation isolation) => Remaking<ImmutableSortedSet<T>, T>(isolation, (s, items) => items.ToImmutableSortedSet(s.KeyComparer));

    private static Copier ImmutableDictionary<K, V>(Isolation isolation)
        where K : notnull => Remaking<ImmutableDictionary<K, V>, KeyValuePair<K, V>>(isolation, (s, items) => items.ToImmutableDictionary(s.KeyComparer, s.ValueComparer));

    private static Copier ImmutableSortedDictionary<K, V>(Isolation isolation)
        where K : notnull => Remaking<ImmutableSortedDictionary<K, V>, KeyValuePair<K, V>>(isolation, (s, items) => items.ToImmutableSortedDictionary(s.KeyComparer, s.ValueComparer));

    private static Copier Pair<K, V>(Isolation isolation) => (value, done) =>
    {
        var (key, item) = (KeyValuePair<K, V>)value;
        return new KeyValuePair<K, V>((K)isolation.Copy(key, done)!, (V)isolation.Copy(item, done)!);
    };

    // A collection that can be made empty and filled may contain itself.
    private static Copier Filling<C, T>(Isolation isolation, Func<C, C> empty, Action<C, T> add)
        where C : IEnumerable<T> => (value, done) =>
    {
        var copy = empty((C)value);
        done[value] = copy;
        foreach (var item in (C)value) add(copy, (T)isolation.Copy(item, done)!);
        return copy;
    };

    private static Copier Remaking<C, T>(Isolation isolation, Func<C, IEnumerable<T>, C> make)
        where C : IEnumerable<T> => (value, done) =>
    {
        var copy = make((C)value, [.. ((C)value).Select(item => (T)isolation.Copy(item, done)!)])!;
        if (!typeof(C).IsValueType) done[value] = copy;
        return copy;
    };
}
