package io.millrace.s3;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One element of what an engine answers, with its text or its elements. Namespaces are ignored, as
 * engines differ in them; document types and entities are refused.
 *
 * <p>Threads: any.
 */
final class Xml {

    /** Deeper than any response of the API. */
    private static final int MOST_DEPTH = 8;
    /** A list of 1,000 objects has 8,000. */
    private static final int MOST_ELEMENTS = 50_000;

    private static final XMLInputFactory FACTORY = factory(); // decision 307

    private final String name;
    private final List<Xml> children = new ArrayList<>(0);
    private String text = "";

    private Xml(String name) {
        this.name = name;
    }

    private static XMLInputFactory factory() {
        // The JDK's own, whatever an application has on its class path.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("an external entity");
        });
        return factory;
    }

    /**
     * The root element; null if the bytes are no XML, or more than any engine sends: a page of a
     * proxy, nothing at all, a document that was cut.
     */
    static Xml parse(byte[] bytes) {
        try {
            XMLStreamReader reader;
            synchronized (FACTORY) { // the JDK's factory keeps the last reader to use it again
                reader = FACTORY.createXMLStreamReader(document(bytes));
            }
            return root(reader);
        } catch (XMLStreamException | RuntimeException e) { // the JDK's reader throws both
            return null;
        }
    }

    /** Without the space that engines send first while they put the parts of an upload together. */
    private static ByteArrayInputStream document(byte[] bytes) {
        int from = 0;
        while (from < bytes.length && " \t\r\n".indexOf(bytes[from]) >= 0) {
            from++;
        }
        return new ByteArrayInputStream(bytes, from, bytes.length - from);
    }

    private static Xml root(XMLStreamReader reader) throws XMLStreamException {
        List<Xml> open = new ArrayList<>();
        Xml root = null;
        int count = 0;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                Xml element = new Xml(reader.getLocalName());
                if (open.size() == MOST_DEPTH || ++count > MOST_ELEMENTS) {
                    return null;
                }
                if (root == null) {
                    root = element;
                } else {
                    open.get(open.size() - 1).children.add(element);
                }
                open.add(element);
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open.remove(open.size() - 1);
            } else if (event == XMLStreamConstants.CHARACTERS && !open.isEmpty()) {
                Xml element = open.get(open.size() - 1);
                if (element.children.isEmpty()) { // else it is what stands between them
                    element.text += reader.getText();
                }
            } else if (event == XMLStreamConstants.DTD
                    || event == XMLStreamConstants.ENTITY_REFERENCE) {
                return null;
            }
        }
        return root;
    }

    /** The element's name. */
    String name() {
        return name;
    }

    /** The elements of one name within this one, in their order. */
    List<Xml> all(String child) {
        return children.stream().filter(element -> element.name.equals(child)).toList();
    }

    /** The text of the first element of one name within this one; empty if there is none. */
    String text(String child) {
        for (Xml element : children) {
            if (element.name.equals(child)) {
                return element.text;
            }
        }
        return "";
    }
}
