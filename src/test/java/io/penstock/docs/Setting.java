package io.penstock.docs;

import java.util.regex.Pattern;

/**
 * One setting of the product.
 *
 * @param key its property
 * @param environment the name that operators set
 * @param standard what holds without it, empty where nothing does
 * @param meaning the Javadoc of its component
 */
record Setting(String key, String environment, String standard, String meaning) {

    private static final Pattern TAG = Pattern.compile("\\{@(?:code|link|literal) ([^}]*)}");
    private static final Pattern OWN_NAME = Pattern.compile("^`[A-Z0-9_]+`:? ?(.*)", Pattern.DOTALL);

    /** The meaning as Markdown, without its own name in front. */
    String sentence() {
        String plain = TAG.matcher(meaning).replaceAll("`$1`").replaceAll("\\s+", " ");
        var named = OWN_NAME.matcher(plain);
        String text = named.matches() ? named.group(1) : plain;
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** The feature that it belongs to: its key without the last segment. */
    String feature() {
        return key.substring(0, key.lastIndexOf('.'));
    }
}
