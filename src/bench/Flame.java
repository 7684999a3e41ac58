import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Arguments: RECORDING FOLDER. Makes of a Java Flight Recorder file a flame graph of the processor time ({@code cpu.svg}) and one of what is
 * allocated ({@code alloc.svg}) by the event loops, and prints a table of each: which part of the whole a group of frames is on top of, and
 * which it is somewhere below.
 */
public final class Flame {

    private static final String LOOPS = "reactor-http-";
    private static final int WIDTH = 1600;
    private static final int ROW = 16;
    private static final double NARROWEST = 0.6;
    private static final int SHOWN = 40;

    /** A frame with what was seen in it and above it. */
    private static final class Node {

        private final Map<String, Node> above = new TreeMap<>();
        private long all;
        private long own;

        private int height() {
            return 1 + above.values().stream().mapToInt(Node::height).max().orElse(0);
        }
    }

    private final String title;
    private final Node root = new Node();
    private final Map<String, Long> packages = new HashMap<>();
    private final Map<Long, Boolean> begun = new HashMap<>();

    private Flame(String title) {
        this.title = title;
    }

    public static void main(String[] args) throws IOException {
        var cpu = new Flame("processor time of the event loops");
        var alloc = new Flame("bytes allocated by the event loops");
        try (var recording = new RecordingFile(Path.of(args[0]))) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.CPUTimeSample" -> cpu.add(event, 1);
                    case "jdk.ObjectAllocationSample" -> alloc.add(event, event.getLong("weight"));
                    default -> {} // what else was recorded
                }
            }
        }
        cpu.write(Path.of(args[1], "cpu.svg"));
        alloc.write(Path.of(args[1], "alloc.svg"));
        cpu.print();
        alloc.print();
    }

    private void add(RecordedEvent event, long weight) {
        var thread = event.getThread(event.hasField("eventThread") ? "eventThread" : "sampledThread");
        // the first sample of what a thread allocates stands for all since its start
        boolean first = thread != null && begun.putIfAbsent(thread.getId(), true) == null;
        if (first
                || thread == null
                || thread.getJavaName() == null
                || !thread.getJavaName().startsWith(LOOPS)) {
            return;
        }
        if (event.getStackTrace() == null) {
            root.above.computeIfAbsent("(no stack)", _ -> new Node()).all += weight;
            root.all += weight;
            return;
        }
        packages.merge(home(event.getStackTrace().getFrames()), weight, Long::sum);
        var node = root;
        node.all += weight;
        for (RecordedFrame frame : event.getStackTrace().getFrames().reversed()) {
            node = node.above.computeIfAbsent(name(frame), _ -> new Node());
            node.all += weight;
        }
        node.own += weight;
        if (event.hasField("objectClass")) {
            node = node.above.computeIfAbsent(
                    "[" + event.getClass("objectClass").getName() + "]", _ -> new Node());
            node.all += weight;
        }
    }

    /** The package of what is on top, where the platform's own classes are those of who called them. */
    private static String home(List<RecordedFrame> frames) {
        return frames.stream()
                .map(frame -> frame.getMethod().getType().getName())
                .filter(type -> !type.matches("(java|javax|jdk|sun)\\..*"))
                .findFirst()
                .map(type -> type.substring(0, type.lastIndexOf('.')))
                .orElse("java");
    }

    /** A lambda's class has a new number in each run. */
    private static String name(RecordedFrame frame) {
        var method = frame.getMethod();
        String type = method.getType().getName().replaceAll("\\$\\$Lambda.*", "\\$\\$Lambda");
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
    }

    private void print() {
        System.out.printf("%n%s, by package%n%n| package | %% |%n|---|---|%n", title);
        packages.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry -> System.out.printf(
                        Locale.ROOT, "| %s | %.1f |%n", entry.getKey(), 100.0 * entry.getValue() / root.all));
        Map<String, Long> own = new HashMap<>();
        Map<String, Long> under = new HashMap<>();
        collect(root, own, under, new ArrayList<>());
        System.out.printf(
                Locale.ROOT, "%n%s: %,d%n%n| frame | on top %% | anywhere %% |%n|---|---|---|%n", title, root.all);
        under.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN * 4L)
                .forEach(entry -> line(entry.getKey(), own.getOrDefault(entry.getKey(), 0L), entry.getValue()));
        System.out.printf("%n%s, by what is on top%n%n| frame | on top %% | anywhere %% |%n|---|---|---|%n", title);
        own.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry -> line(entry.getKey(), entry.getValue(), under.get(entry.getKey())));
    }

    private void line(String frame, long own, long under) {
        System.out.printf(
                Locale.ROOT, "| %s | %.1f | %.1f |%n", frame, 100.0 * own / root.all, 100.0 * under / root.all);
    }

    private static void collect(Node node, Map<String, Long> own, Map<String, Long> under, List<String> below) {
        node.above.forEach((name, child) -> {
            own.merge(name, child.own, Long::sum);
            if (!below.contains(name)) { // a recursive frame counts once
                under.merge(name, child.all, Long::sum);
            }
            below.add(name);
            collect(child, own, under, below);
            below.removeLast();
        });
    }

    private void write(Path file) throws IOException {
        int height = (root.height() + 2) * ROW;
        try (Writer svg = Files.newBufferedWriter(file)) {
            svg.write(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" font-size=\"11\">\n"
                            .formatted(WIDTH, height));
            svg.write("<text x=\"4\" y=\"12\">%s</text>\n".formatted(title));
            double left = 0;
            for (var entry : root.above.entrySet()) {
                double width = (double) entry.getValue().all / root.all * WIDTH;
                draw(svg, entry.getKey(), entry.getValue(), left, width, height - ROW);
                left += width;
            }
            svg.write("</svg>\n");
        }
    }

    private void draw(Writer svg, String name, Node node, double left, double width, int bottom) throws IOException {
        if (width < NARROWEST) {
            return;
        }
        String label = escaped(name);
        svg.write(String.format(
                Locale.ROOT,
                "<g><title>%s %.2f%%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"hsl(%d 70%% 70%%)\" stroke=\"#fff\" stroke-width=\".3\"/>",
                label,
                100.0 * node.all / root.all,
                left,
                bottom - ROW,
                width,
                ROW - 1,
                Math.floorMod(name.hashCode(), 60)));
        int fits = (int) (width / 6.7) - 1;
        if (fits > 2) {
            svg.write(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\">%s</text>",
                    left + 2,
                    bottom - 4,
                    escaped(name.length() <= fits ? name : name.substring(0, fits))));
        }
        svg.write("</g>\n");
        double at = left;
        for (var entry : node.above.entrySet()) {
            double part = (double) entry.getValue().all / node.all * width;
            draw(svg, entry.getKey(), entry.getValue(), at, part, bottom - ROW);
            at += part;
        }
    }

    private static String escaped(String text) {
        return text.chars()
                .mapToObj(c -> switch (c) {
                    case '<' -> "&lt;";
                    case '>' -> "&gt;";
                    case '&' -> "&amp;";
                    default -> Character.toString(c);
                })
                .collect(Collectors.joining());
    }
}
