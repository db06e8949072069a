// The order in which test classes begin: those with the most slow tests first, so that none of them runs alone at the end while other cores idle.

using System.Reflection;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Verify.Tests.SlowFirst", "Verify.Tests")]

namespace Verify.Tests;

/// <summary>Begins with the classes that have the most tests marked as slow.</summary>
public sealed class SlowFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => Slow(collection)).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    // xunit names the collection of a class "Test collection for CLASS (…)".
    private static int Slow(ITestCollection collection)
    {
        var type = collection.DisplayName.Split(' ').Select(word => typeof(SlowFirst).Assembly.GetType(word)).FirstOrDefault(found => found != null);
        return type == null ? 0
            : type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Count(method => IsSlow(type) || IsSlow(method));
    }

    private static bool IsSlow(MemberInfo member) =>
        member.GetCustomAttributesData().Any(mark => mark.AttributeType == typeof(TraitAttribute) && mark.ConstructorArguments.Select(argument => argument.Value).SequenceEqual(["Speed", "Slow"]));
}
