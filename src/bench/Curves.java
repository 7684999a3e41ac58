import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was measured at each size, as a table in Markdown, as CSV and as orders of growth. */
final class Curves {

    /** Of one thing that grows, by what was measured. */
    private final Map<String, Map<String, TreeMap<Integer, Double>>> curves = new LinkedHashMap<>();

    void add(String what, String measure, int size, double value) {
        curves.computeIfAbsent(what, _ -> new LinkedHashMap<>())
                .computeIfAbsent(measure, _ -> new TreeMap<>())
                .put(size, value);
        System.err.printf(Locale.ROOT, "%s %d: %s %.3f%n", what, size, measure, value);
    }

    void write(Path folder, String head) throws IOException {
        var csv = new ArrayList<>(List.of("what,size,measure,value"));
        var table = new StringBuilder(head).append('\n');
        curves.forEach((what, measures) -> {
            measures.forEach((measure, points) -> points.forEach(
                    (size, value) -> csv.add(String.format(Locale.ROOT, "%s,%d,%s,%.4f", what, size, measure, value))));
            table.append('\n').append(table(what, measures));
        });
        Files.write(folder.resolve("growth.csv"), csv);
        Files.writeString(folder.resolve("growth.md"), table);
        System.out.print(table);
    }

    private static String table(String what, Map<String, TreeMap<Integer, Double>> measures) {
        var sizes = new TreeMap<Integer, Boolean>();
        measures.values().forEach(points -> points.keySet().forEach(size -> sizes.put(size, true)));
        var text = new StringBuilder("| ").append(what).append(" |");
        sizes.keySet()
                .forEach(size -> text.append(' ')
                        .append(String.format(Locale.ROOT, "%,d", size))
                        .append(" |"));
        text.append(" exponent |\n|---|")
                .append("---:|".repeat(sizes.size() + 1))
                .append('\n');
        measures.forEach((measure, points) -> {
            text.append("| ").append(measure).append(" |");
            sizes.keySet()
                    .forEach(size -> text.append(' ')
                            .append(points.containsKey(size) ? shown(points.get(size)) : "")
                            .append(" |"));
            text.append(' ').append(exponent(points)).append(" |\n");
        });
        return text.toString();
    }

    private static String shown(double value) {
        return String.format(
                Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Of the power that leads from the first point to the last: 0 does not grow, 1 grows with the size. */
    private static String exponent(TreeMap<Integer, Double> points) {
        var first = points.firstEntry();
        var last = points.lastEntry();
        if (first.getKey().equals(last.getKey()) || first.getValue() <= 0 || last.getValue() <= 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%.2f",
                Math.log(last.getValue() / first.getValue()) / Math.log((double) last.getKey() / first.getKey()));
    }
}
