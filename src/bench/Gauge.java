import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a JVM has spent and holds, as Linux and the JVM itself tell it. */
final class Gauge {

    private static final double TICKS_A_SECOND = 100;

    private final String pid;
    private final String jcmd;

    Gauge(String pid, String jcmd) {
        this.pid = pid;
        this.jcmd = jcmd;
    }

    /** Processor time of the whole process so far, in microseconds. */
    double spent() throws IOException {
        var stat = Files.readString(Path.of("/proc", pid, "stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND * 1e6;
    }

    /** Resident memory in kilobytes. */
    double resident() throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** Kilobytes of live objects after a full collection. */
    double live() throws IOException {
        for (var line : run("GC.class_histogram").split("\n")) {
            if (line.startsWith("Total")) {
                return Double.parseDouble(line.trim().split("\\s+")[2]) / 1024;
            }
        }
        throw new IOException("the JVM does not tell what it holds");
    }

    private String run(String... command) throws IOException {
        var all = new String[command.length + 2];
        all[0] = jcmd;
        all[1] = pid;
        System.arraycopy(command, 0, all, 2, command.length);
        var process = new ProcessBuilder(all).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
