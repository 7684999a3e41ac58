package io.penstock.catalog;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes the name that stands in public names and paths. */
public final class Slug {

    private static final int LIMIT = 48;
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");

    private Slug() {}

    /** Lower case, {@code [a-z0-9-]}, without a hyphen at either end; empty where nothing of the name is left. */
    public static String of(String name) {
        var plain = ACCENTS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
        var slug = trimmed(OTHERS.matcher(plain).replaceAll("-"));
        return slug.length() <= LIMIT ? slug : trimmed(slug.substring(0, LIMIT));
    }

    private static String trimmed(String slug) {
        int from = slug.startsWith("-") ? 1 : 0;
        int to = slug.endsWith("-") ? slug.length() - 1 : slug.length();
        return from < to ? slug.substring(from, to) : "";
    }
}
