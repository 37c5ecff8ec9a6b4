import { type Words, word } from './word.ts';

/** Files, types and their members. */
export const typeWords: Words = {
  'File:package': word(
    'package «name»',
    'The package that the declarations of this file belong to. They see each other, whichever file they stand in.',
  ),
  'Import:import': word(
    'import «@package»',
    'Brings in the declarations of another package: all of them, or those in braces.',
  ),
  'Enum:enum': word(
    'enum «Name» { «unknown» = 0 }',
    'A closed set of names, each with its number. The first is what is meant where nothing is said.',
  ),
  'TypeAlias:type': word(
    'type «Name» = «string»',
    'A name for a type, with constraints that hold wherever it is used.',
  ),
  'Message:message': word(
    'message «Name» {\n\t«id»: «string» = 1\n}',
    'What travels: fields, each with its type and number.',
  ),
  'ErrorMessage:error': word(
    'error «Name» «404» {\n\t«»\n}',
    'A message with an HTTP status that operations can answer with. Its gRPC code follows from the status unless it is given.',
  ),
  'ErrorMessage:grpc': word(
    'grpc «not-found»',
    'The gRPC code, where it is another than follows from the HTTP status.',
  ),
  'Event:event': word(
    'event «Name» on «@Resource» {\n\t«id»: «uuid» = 1\n}',
    'A message that can be published. `key` orders and partitions it.',
  ),
  'Event:on': word('on «@Resource»', 'The broker that carries the event.'),
  'Event:key': word('key «@field»', 'The field that orders and partitions events: those of one key arrive in order.'),
  'Oneof:oneof': word(
    'oneof «name» { «one»: «string» = @number, «other»: «string» = @number }',
    'Fields of which at most one is set.',
  ),
  'Reserved:reserved': word(
    'reserved «@number»',
    'Numbers and names that no field may have again: those of fields that have been taken out.',
  ),
  'MapType:map': word('map<«string», «string»>', 'Values by key. Keys are strings, integers or `bool`.'),
  'Field:where': word('where «@constraint»', 'A constraint, checked at every boundary, once.'),
  'TypeAlias:where': word('where «@constraint»', 'A constraint that holds wherever the type is used.'),
  'ConfigEntry:where': word('where «@constraint»', 'A constraint on the setting, checked when it is read.'),
  'Field:and': word('and «@constraint»', 'A further constraint.'),
  'TypeAlias:and': word('and «@constraint»', 'A further constraint.'),
  'ConfigEntry:and': word('and «@constraint»', 'A further constraint.'),
  'LengthConstraint:length': word('length «1..64»', 'How long: characters of a string, bytes, or items of a list.'),
  'MatchesConstraint:matches': word('matches "«^[a-z]+$»"', 'A regular expression that the text has to match.'),
  'OneOfConstraint:one': word('one of ["«a»", "«b»"]', 'The values that may stand there.'),
};
