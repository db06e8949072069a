// Writes HTML that is also XML, so that every text in it is escaped and every element is closed.

using System.Globalization;
using System.Text;
using System.Xml;
using Verify.Engine.Traces;

namespace Verify.Cli.Pictures;

/// <summary>An HTML document in the making. Names and values are escaped; what cannot be in XML is replaced.</summary>
internal sealed class Markup : IDisposable
{
    // HTML gives the others their end by a tag of its own, and these none.
    private static readonly HashSet<string> Empty = ["br", "meta", "rect", "path", "line", "circle"];

    private readonly XmlWriter writer;
    private readonly Stack<string> open = new();

    /// <summary>Begins a document.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    public Markup(Stream stream)
    {
        writer = XmlWriter.Create(stream, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false),
            OmitXmlDeclaration = true,
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.None,
        });
        writer.WriteDocType("html", null, null, null);
        Line();
    }

    /// <summary>Begins an element. Attributes without a value are left out.</summary>
    public Markup Open(string element, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        writer.WriteStartElement(element);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                writer.WriteAttributeString(name, Clean(Convert.ToString(value, CultureInfo.InvariantCulture)!));
            }
        }

        open.Push(element);
        return this;
    }

    /// <summary>Ends the innermost element.</summary>
    public Markup Close()
    {
        if (Empty.Contains(open.Pop()))
        {
            writer.WriteEndElement();
        }
        else
        {
            writer.WriteFullEndElement();
        }

        return this;
    }

    /// <summary>Ends the innermost element and the line.</summary>
    public Markup CloseLine() => Close().Line();

    /// <summary>Text within the innermost element.</summary>
    public Markup Text(string text)
    {
        writer.WriteString(Clean(text));
        return this;
    }

    /// <summary>An element that holds text.</summary>
    public Markup Element(string element, string text, params ReadOnlySpan<(string Name, object? Value)> attributes) => Open(element, attributes).Text(text).Close();

    /// <summary>An element that holds nothing.</summary>
    public Markup Element(string element, params ReadOnlySpan<(string Name, object? Value)> attributes) => Open(element, attributes).Close();

    /// <summary>A line break in the file, which shows nowhere.</summary>
    public Markup Line()
    {
        writer.WriteWhitespace("\n");
        return this;
    }

    /// <summary>The program's own text in another language: style sheets and scripts, without &lt; and &amp;, which mean different things in HTML and in XML.</summary>
    public Markup Raw(string text)
    {
        writer.WriteRaw(text);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    // Half a surrogate pair and the two code points that no XML may have.
    private static string Clean(string text)
    {
        string line = OneLine.Of(text);
        if (!line.Any(c => char.IsSurrogate(c) || c >= '\uFFFE'))
        {
            return line;
        }

        var clean = new StringBuilder(line.Length);
        foreach (var rune in line.EnumerateRunes())
        {
            clean.Append(rune.Value is 0xFFFE or 0xFFFF ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }
}
