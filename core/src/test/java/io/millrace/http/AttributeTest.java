package io.millrace.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class AttributeTest {

    private static final Attribute<String> USER = Attribute.of("user");
    private static final Attribute<List<Integer>> ROLES = Attribute.of("roles");

    @Test
    void valueIsThatOfItsAttribute() {
        Attributes attributes = new Attributes();
        attributes.set(USER, "ann");
        attributes.set(ROLES, List.of(1, 2));
        String user = attributes.value(USER);
        List<Integer> roles = attributes.value(ROLES);
        assertEquals("ann", user);
        assertEquals(List.of(1, 2), roles);
        attributes.set(USER, "bob");
        assertEquals("bob", attributes.value(USER));
    }

    @Test
    void attributesOfOneNameAreTwo() {
        Attributes attributes = new Attributes();
        attributes.set(USER, "ann");
        Attribute<Integer> other = Attribute.of("user");
        assertNull(attributes.value(other));
        attributes.set(other, 7);
        assertEquals("ann", attributes.value(USER));
    }

    @Test
    void nullTakesTheValueAway() {
        Attributes attributes = new Attributes();
        attributes.set(USER, "ann");
        attributes.set(USER, null);
        assertNull(attributes.value(USER));
        assertEquals("[]", attributes.toString());
    }

    @Test
    void textHasNamesAndNoValues() {
        Attributes attributes = new Attributes();
        attributes.set(USER, "ann");
        assertEquals("[user]", attributes.toString());
    }

    @Test
    void headThatKeepsNoneSaysSo() {
        RequestHead head = Request.of("GET", "/");
        assertNull(head.attribute(USER));
        assertEquals("io.millrace.http.Request keeps no attributes: user",
                assertThrows(UnsupportedOperationException.class,
                        () -> head.attribute(USER, "ann")).getMessage());
    }

    @Test
    void attributeThatIsNullIsRefused() {
        Attributes attributes = new Attributes();
        RequestHead head = Request.of("GET", "/");
        assertThrows(NullPointerException.class, () -> Attribute.of(null));
        assertThrows(NullPointerException.class, () -> attributes.value(null));
        assertThrows(NullPointerException.class, () -> attributes.set(null, "ann"));
        assertThrows(NullPointerException.class, () -> head.attribute(null));
        assertThrows(NullPointerException.class, () -> head.attribute(null, "ann"));
    }
}
