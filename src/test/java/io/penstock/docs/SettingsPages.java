package io.penstock.docs;

import java.util.List;
import java.util.Set;

/** The two documents that are made of the settings. */
final class SettingsPages {

    /** Without these, or what they name in their place, the packaged gateway does not start. */
    private static final Set<String> DEMANDED = Set.of("AUTH_ENCRYPTION_SECRET", "JWT_SECRET_KEY");

    private SettingsPages() {}

    /** {@code src/docs/settings.md}. */
    static String page(List<Setting> settings) {
        var page = new StringBuilder("""
                # Settings

                Set them in the environment. A value that cannot be right stops the start, with the name of the setting.
                So does a property of a file or of the command line that begins with `penstock.` and is not known; a variable that
                begins with `PENSTOCK_` and is not known is warned of, since Kubernetes sets such variables itself.
                Of what other MCP gateways have, `AUTH_REQUIRED=false` stops the start, for nothing here is open to callers without an
                identity; `ENVIRONMENT=development` is warned of, for nothing is laxer in development.
                Durations are written `500ms`, `10s`, `5m`; sizes `64KB`, `1MB`; lists are separated by commas.

                This page is made from the code. `mvn test -Dtest=SettingsPagesTests -Ddocs.write=true` writes it anew.
                """);
        String feature = "";
        for (Setting setting : settings) {
            if (!setting.feature().equals(feature)) {
                feature = setting.feature();
                page.append("\n## ").append(feature).append("\n\n| name | default | what it is |\n|---|---|---|\n");
            }
            page.append("| `%s` | %s | %s |\n"
                    .formatted(setting.environment(), standard(setting), cell(setting.sentence())));
        }
        return page.toString();
    }

    /** {@code config/penstock.env.example}. */
    static String environment(List<Setting> settings) {
        var file = new StringBuilder("""
                # The settings of Penstock for an environment file, as systemd's EnvironmentFile reads it.
                # Copy it, readable by its owner alone, and fill in what is not commented out. Each line that is commented out
                # shows what holds without it. src/docs/settings.md has the same settings as a table.
                """);
        for (Setting setting : settings) {
            boolean demanded = DEMANDED.contains(setting.environment());
            file.append('\n')
                    .append(wrapped(setting.sentence().replace("`", "")))
                    .append(demanded ? "" : "#")
                    .append(setting.environment())
                    .append('=')
                    .append(demanded ? "" : setting.standard())
                    .append('\n');
        }
        return file.toString();
    }

    private static String standard(Setting setting) {
        if (DEMANDED.contains(setting.environment())) {
            return "none";
        }
        return setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String wrapped(String text) {
        var lines = new StringBuilder();
        var line = new StringBuilder("#");
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > 118) {
                lines.append(line).append('\n');
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        return lines.append(line).append('\n').toString();
    }
}
