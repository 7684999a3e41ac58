package io.penstock.catalog;

import java.util.Set;

/** Whose eyes a list is read with: all rows, or the public ones, the user's own and those of the user's teams. */
public record Viewer(boolean all, String user, Set<String> teams) {}
