// The httpd program's entry; what it does is in httpd.cc.
#include "lessons/httpd/httpd.h"

int main(int argc, char** argv) {
  rill::httpd::Flags flags;
  return rill::lesson::run_program(rill::httpd::httpd_program(flags), argc, argv);
}
