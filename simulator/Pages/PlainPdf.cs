using System.Globalization;
using System.Text;

namespace Makerspace.PaymentSimulator.Pages;

/// <summary>One page of plain lines as a PDF: enough for a simulated invoice to be opened and kept.</summary>
internal static class PlainPdf
{
    private const int MostLines = 55;

    public static byte[] Of(IEnumerable<string> lines)
    {
        var text = new StringBuilder("BT /F1 11 Tf 56 786 Td 14 TL\n");
        foreach (var line in lines.Take(MostLines)) text.Append('(').Append(Escaped(line)).Append(") Tj T*\n");
        text.Append("ET");
        string[] objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            $"<< /Length {text.Length} >>\nstream\n{text}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ];
        var pdf = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        for (var i = 0; i < objects.Length; i++)
        {
            places.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        foreach (var place in places) pdf.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }

    // WinAnsi is Latin-1 but for a few signs; of those only the euro and the dash are written here.
    private static string Escaped(string line) => new StringBuilder(line).Replace("\\", "\\\\").Replace("(", "\\(").Replace(")", "\\)")
        .Replace("€", "\\200").Replace("–", "\\226").Replace("−", "-").ToString();
}
