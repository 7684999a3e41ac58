package io.penstock.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsPagesTests {

    private static final String WRITE = "docs.write";

    @Test
    void thePageIsCurrent() throws IOException {
        check(Path.of("src/docs/settings.md"), SettingsPages.page(Settings.all()));
    }

    @Test
    void theEnvironmentFileIsCurrent() throws IOException {
        check(Path.of("config/penstock.env.example"), SettingsPages.environment(Settings.all()));
    }

    @Test
    void everySettingSaysWhatItIs() throws IOException {
        assertThat(Settings.all())
                .isNotEmpty()
                .allSatisfy(setting ->
                        assertThat(setting.sentence()).as(setting.key()).isNotBlank());
    }

    @Test
    void everyNameOfTheEnvironmentBelongsToASetting() throws IOException {
        Map<String, String> documented =
                Settings.all().stream().collect(Collectors.toMap(Setting::key, Setting::environment));

        assertThat(documented).containsAllEntriesOf(Settings.names());
    }

    @Test
    void noNameIsGivenTwice() throws IOException {
        List<String> names = Settings.all().stream().map(Setting::environment).toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    private static void check(Path file, String current) throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, current);
        }
        assertThat(file)
                .as("mvn test -Dtest=SettingsPagesTests -D%s=true writes it anew", WRITE)
                .content()
                .isEqualTo(current);
    }
}
