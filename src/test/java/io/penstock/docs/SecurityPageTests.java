package io.penstock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Holds the page of attacks to the tests that it names. */
class SecurityPageTests {

    private static final Path PAGE = Path.of("src/docs/security.md");
    private static final Path SOURCES = Path.of("src/test/java");
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

    /** The classes that the build runs, by their simple names. */
    private static Map<String, List<String>> classes() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            return files.map(file -> SOURCES.relativize(file).toString())
                    .filter(file -> file.matches(".*(Tests|IT)\\.java"))
                    .map(file -> file.replace(".java", "").replace('/', '.'))
                    .collect(Collectors.groupingBy(name -> name.substring(name.lastIndexOf('.') + 1)));
        }
    }

    private static Stream<String> testsOf(String type) {
        Class<?> loaded = ReflectionSupport.tryToLoadClass(type).getNonNullOrThrow(IllegalStateException::new);
        return ReflectionSupport.streamMethods(
                        loaded,
                        method -> AnnotationSupport.isAnnotated(method, Testable.class),
                        HierarchyTraversalMode.TOP_DOWN)
                .map(Method::getName);
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, List<String>> classes = classes();

        for (Row row : rows()) {
            for (MatchResult named : row.named()) {
                assertThat(classes.getOrDefault(named.group(1), List.of()).stream()
                                .flatMap(SecurityPageTests::testsOf))
                        .as("%s: %s", row.number(), named.group())
                        .contains(named.group(2));
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
