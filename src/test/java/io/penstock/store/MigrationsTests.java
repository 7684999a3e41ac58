package io.penstock.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Old replicas run on a new schema beside new ones, and after a roll-back: so migrations add, and what they add nobody has to fill. */
class MigrationsTests {

    private static final Pattern TAKES_AWAY = Pattern.compile(
            "(?is)\\b(DROP|RENAME|TRUNCATE)\\b|\\bSET\\s+NOT\\s+NULL\\b|\\bALTER\\s+COLUMN\\b|\\bSET\\s+DATA\\s+TYPE\\b");

    private static final Pattern MUST_BE_FILLED =
            Pattern.compile("(?is)\\bADD\\s+COLUMN\\b(?!.*\\bDEFAULT\\b).*\\bNOT\\s+NULL\\b.*");

    /** One statement may add several columns, and what one of them is filled with fills no other. */
    private static final Pattern BETWEEN_COLUMNS = Pattern.compile("(?i),\\s*(?=ADD\\s+COLUMN\\b)");

    static List<Path> all() throws IOException {
        try (var files = Files.list(Path.of("src/main/resources/db/migration"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void takesNothingAwayThatAnEarlierVersionUses(Path migration) throws IOException {
        assertThat(statements(Files.readString(migration))).isNotEmpty().noneMatch(MigrationsTests::isNoExpansion);
    }

    @ParameterizedTest
    @CsvSource({
        "ALTER TABLE a DROP COLUMN b",
        "alter table a rename column b to c",
        "ALTER TABLE a ADD COLUMN b UUID NOT NULL",
        "'ALTER TABLE a ADD COLUMN b INT NOT NULL, ADD COLUMN c INT DEFAULT 0'",
        "ALTER TABLE a ALTER COLUMN b TYPE BIGINT"
    })
    void whatWouldIsNoticed(String statement) {
        assertThat(isNoExpansion(statement)).isTrue();
    }

    private static boolean isNoExpansion(String statement) {
        return TAKES_AWAY.matcher(statement).find()
                || BETWEEN_COLUMNS
                        .splitAsStream(statement)
                        .anyMatch(part -> MUST_BE_FILLED.matcher(part).find());
    }

    private static List<String> statements(String text) {
        String plain = text.lines()
                .filter(line -> !line.strip().startsWith("--"))
                .reduce("", (before, line) -> before + "\n" + line);
        return Arrays.stream(plain.split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }
}
