package io.penstock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the page of attacks to the tests that it names. */
class SecurityPageTests {

    private static final Path PAGE = Path.of("src/docs/security.md");
    private static final Pattern NUMBER = Pattern.compile("([A-Z0]\\.?)([0-9]+)");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");
    private static final Pattern UNTESTED = Pattern.compile("not (built yet|tested: \\S.+|built yet: \\S.+)");
    private static final Pattern SECRET =
            Pattern.compile("(?!REQUIRE_).*(SECRET|SECRETS|PASSWORD|SECRET_KEY|DATABASE_URL)");

    /** An attack: its number, what it is, what the gateway does, what shows it. */
    private record Row(String number, String attack, String answer, String test) {

        List<MatchResult> named() {
            return NAMED.matcher(test).results().toList();
        }
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        for (String line : Files.readAllLines(PAGE)) {
            List<String> cells =
                    Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
            if (cells.size() == 6 && NUMBER.matcher(cells.get(1)).matches()) {
                rows.add(new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4)));
            }
        }
        assertThat(rows).hasSizeGreaterThan(90);
        return rows;
    }

    private static Map<String, String> tests() throws IOException {
        try (var files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            SecurityPageTests::read,
                            (one, other) -> one + other));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> tests = tests();

        for (Row row : rows()) {
            for (MatchResult named : row.named()) {
                assertThat(tests).as(row.number()).containsKey(named.group(1));
                assertThat(tests.get(named.group(1)))
                        .as("%s: %s", row.number(), named.group())
                        .containsPattern(
                                "@(Test|ParameterizedTest|FuzzTest)[\\s\\S]*\\bvoid " + named.group(2) + "\\(");
            }
        }
    }

    @Test
    void everyRowHasATestOrSaysWhyThereIsNone() throws IOException {
        assertThat(rows()).allSatisfy(row -> {
            boolean says = UNTESTED.matcher(row.test()).matches();
            assertThat(row.attack()).as(row.number()).isNotBlank();
            assertThat(!row.named().isEmpty() || says)
                    .as("%s: %s", row.number(), row.test())
                    .isTrue();
            assertThat(row.answer().isBlank())
                    .as("%s says what the gateway does, if it does anything", row.number())
                    .isEqualTo(row.test().startsWith("not built yet"));
        });
    }

    @Test
    void rowsAreNumberedWithoutAGap() throws IOException {
        var numbers = rows().stream()
                .map(Row::number)
                .collect(Collectors.groupingBy(number -> number.replaceFirst("[0-9]+$", "")));

        assertThat(numbers.keySet()).containsExactlyInAnyOrder("0.", "S", "O", "T", "F", "I", "D", "E");
        numbers.forEach((section, of) -> {
            for (int n = 0; n < of.size(); n++) {
                assertThat(of.get(n)).isEqualTo(section + (n + 1));
            }
        });
    }

    /** S17. */
    @Test
    void noSecretHasADefault() throws IOException {
        var secrets = Settings.all().stream()
                .filter(setting -> SECRET.matcher(setting.environment()).matches())
                .toList();

        assertThat(secrets)
                .hasSizeGreaterThan(4)
                .allSatisfy(setting ->
                        assertThat(setting.standard()).as(setting.environment()).isEmpty());
        for (String file : List.of("config/penstock.env.example", "src/main/resources/application.yaml")) {
            assertThat(Files.readString(Path.of(file)))
                    .doesNotContainPattern("(?m)(SECRET|SECRET_KEY|PASSWORD|PASSWORDS)(=|:)[^\\s}]");
        }
    }
}
